import type { Conversation, ConversationStatus, Mover, Origin } from './model.ts'

/** What a change of status does to the episodes: a new one begins, the last one goes on, it ends, or it is the same. */
type EpisodeChange = { new: Origin } | 'reopened' | 'ended' | 'same'

/** A change of status. `assigneeId`: who handles it from now on, null for nobody; absent for whoever did. */
export type Move = {
  to: ConversationStatus
  cause: 'inbound' | 'outbound' | 'status'
  episode: EpisodeChange
  assigneeId?: number | null
}

/** What decides. */
export type Seen = Pick<Conversation, 'status' | 'assigneeId' | 'closedAt' | 'episode'>

const MINUTE = 60_000

/** How long after its end an episode goes on with the same person when the other side writes once more. */
const SAME_PERSON_MS = 30 * MINUTE

/** How long after its end somebody who reopens a conversation reopens the episode. */
const SAME_EPISODE_MS = 24 * 60 * MINUTE

const endedWithin = ({ closedAt, episode }: Seen, ms: number, nowMs: number): boolean =>
  episode !== undefined && closedAt !== undefined && nowMs - Date.parse(closedAt) <= ms

/** Whether who handles the conversation matters for a message that arrives; looking him up costs a read. */
export const asksForAssignee = (seen: Seen, nowMs: number): boolean =>
  seen.assigneeId !== undefined &&
  (seen.status === 'WAITING_FOR_CUSTOMER' || (seen.status === 'CLOSED' && endedWithin(seen, SAME_PERSON_MS, nowMs)))

/** What a message that arrives changes. `isAssigneeActive` counts only where `asksForAssignee` asked for it. */
export const onInbound = (seen: Seen, nowMs: number, isAssigneeActive: boolean): Move | undefined => {
  const cause = 'inbound'
  if (seen.status === 'WAITING_FOR_CUSTOMER') {
    return isAssigneeActive
      ? { to: 'HUMAN_HANDLING', cause, episode: 'same' }
      : { to: 'OPEN', cause, episode: 'same', assigneeId: null }
  }
  if (seen.status !== 'CLOSED') return undefined
  if (isAssigneeActive && endedWithin(seen, SAME_PERSON_MS, nowMs)) {
    return { to: 'HUMAN_HANDLING', cause, episode: 'reopened' }
  }
  return { to: 'OPEN', cause, episode: { new: 'INBOUND' }, assigneeId: null }
}

/**
 * What a message of ours changes. One written on the phone opens nothing: nobody of the team took the case, and the answer
 * opens it. One of an API credential takes no conversation away from whoever may handle it.
 */
export const onOutbound = (seen: Seen, by: Mover): Move | undefined => {
  const cause = 'outbound'
  if (by.kind === 'user') {
    if (seen.status === 'OPEN') return { to: 'HUMAN_HANDLING', cause, episode: 'same', assigneeId: by.id }
    if (seen.status !== 'CLOSED') return undefined
    return { to: 'WAITING_FOR_CUSTOMER', cause, episode: { new: 'AGENT' }, assigneeId: by.id }
  }
  if (by.kind === 'phone' || seen.status !== 'CLOSED') return undefined
  return { to: 'WAITING_FOR_CUSTOMER', cause, episode: { new: 'API' }, assigneeId: null }
}

/** What somebody who closes or opens a conversation changes; undefined when it is so already. */
export const onRequest = (seen: Seen, wanted: 'open' | 'closed', by: Mover, nowMs: number): Move | undefined => {
  const cause = 'status'
  const isClosed = seen.status === 'CLOSED'
  if (isClosed === (wanted === 'closed')) return undefined
  if (wanted === 'closed') return { to: 'CLOSED', cause, episode: 'ended' }
  const isUser = by.kind === 'user'
  const episode = endedWithin(seen, SAME_EPISODE_MS, nowMs) ? 'reopened' : ({ new: isUser ? 'AGENT' : 'API' } as const)
  return isUser
    ? { to: 'HUMAN_HANDLING', cause, episode, assigneeId: by.id }
    : { to: 'OPEN', cause, episode, assigneeId: null }
}
