import { absent, type Condition, exists, type UpdateSpec } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { newId } from '#kit/ids.ts'
import { conversationStatusChanged } from './events.ts'
import {
  type Conversation,
  conversationKey,
  type Episode,
  episodeKey,
  listClassOf,
  listPartition,
  listPlace,
  type Mover,
  type Origin,
} from './model.ts'
import type { Move } from './transitions.ts'

/** Nobody changed the status, and no message came, since the conversation was read. */
export const unchangedSince = ({ version, status, lastMessageAt }: Conversation): Condition => ({
  text: [
    version === undefined ? 'attribute_not_exists(#version)' : '#version = :seenVersion',
    '#status = :seenStatus',
    lastMessageAt === undefined ? 'attribute_not_exists(#lastMessageAt)' : '#lastMessageAt = :seenLast',
  ].join(' AND '),
  values: {
    seenStatus: status,
    ...(version !== undefined && { seenVersion: version }),
    ...(lastMessageAt !== undefined && { seenLast: lastMessageAt }),
  },
})

const begun = (seen: Conversation, move: Move, origin: Origin, now: string): Episode => ({
  id: newId('episode'),
  tenantId: seen.tenantId,
  conversationId: seen.id,
  number: (seen.episode?.number ?? 0) + 1,
  origin,
  openedAt: now,
  assigneeId: move.assigneeId ?? undefined,
})

const pointerTo = ({ id, number, openedAt, origin }: Episode): Conversation['episode'] => ({
  id,
  number,
  openedAt,
  origin,
})

/** The write that makes the episode what the change says; none when it stays as it is. */
const episodeWrite = (seen: Conversation, move: Move, by: Mover, now: string): Write[] => {
  if (move.episode === 'same' || !seen.episode) return []
  const key = episodeKey(seen.tenantId, seen.id, seen.episode.number)
  if (move.episode === 'reopened') {
    return [
      { update: key, set: { reopenedAt: now }, remove: ['closedAt', 'closedBy', 'resolution'], condition: exists },
    ]
  }
  const { assigneeId, firstHumanResponseAt } = seen
  return [
    {
      update: key,
      set: { closedAt: now, closedBy: by, resolution: 'SOLVED', assigneeId, firstHumanResponseAt },
      condition: exists,
    },
  ]
}

/** What the change does to the conversation's own facts. */
const changeOf = (
  seen: Conversation,
  move: Move,
  by: Mover,
  now: string,
): Required<Pick<UpdateSpec, 'set' | 'remove'>> => {
  const set: Record<string, unknown> = {}
  const remove: string[] = []
  if (move.assigneeId === null) remove.push('assigneeId')
  else if (move.assigneeId !== undefined) set.assigneeId = move.assigneeId
  if (move.to === 'CLOSED') {
    Object.assign(set, { closedAt: now, closedBy: by, resolution: 'SOLVED', unreadCount: 0, needsAction: false })
    remove.push('waitingSince')
  } else if (seen.status === 'CLOSED') {
    remove.push('closedAt', 'closedBy', 'resolution')
    if (typeof move.episode === 'object') remove.push('firstHumanResponseAt')
  }
  return { set, remove }
}

/**
 * The writes of a change of status, with its event, to be one transaction: it is lost when anybody else changed the
 * conversation since `seen` was read. `more` is what is written to the conversation with it; where both name a fact, `more`
 * says what it becomes.
 */
export const moveWrites = (ctx: Context, seen: Conversation, move: Move, by: Mover, more: UpdateSpec = {}): Write[] => {
  const nowMs = ctx.clock.nowMs()
  const now = isoTime(nowMs)
  const fresh = typeof move.episode === 'object' ? begun(seen, move, move.episode.new, now) : undefined
  const own = changeOf(seen, move, by, now)
  const set = {
    gsi1pk: listPartition(seen.tenantId, seen.listShard ?? 0, listClassOf(move.to)),
    gsi1sk: listPlace(seen.lastMessageAt ?? seen.createdAt, seen.id),
    ...own.set,
    // What is kept from before is kept inside one episode only.
    ...(fresh && more.setIfAbsent),
    ...more.set,
    status: move.to,
    version: (seen.version ?? 0) + 1,
    ...(fresh && { episode: pointerTo(fresh) }),
  }
  const setIfAbsent = fresh ? {} : (more.setIfAbsent ?? {})
  const named = new Set([...Object.keys(set), ...Object.keys(setIfAbsent)])
  const assigneeId = move.assigneeId === null ? undefined : (move.assigneeId ?? seen.assigneeId)
  const episodeId = (fresh ?? seen.episode)?.id
  const facts = { from: seen.status, to: move.to, cause: move.cause, actor: by, episodeId, assigneeId }
  return [
    {
      update: conversationKey(seen.tenantId, seen.id),
      ...more,
      set,
      setIfAbsent,
      remove: [...new Set([...own.remove, ...(more.remove ?? [])])].filter((name) => !named.has(name)),
      condition: unchangedSince(seen),
      events: [raise(conversationStatusChanged, nowMs, facts)],
    },
    ...(fresh
      ? [{ put: { ...episodeKey(seen.tenantId, seen.id, fresh.number), ...fresh }, condition: absent }]
      : episodeWrite(seen, move, by, now)),
  ]
}
