import { type Condition, exists, type UpdateSpec } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import { delay, isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { isBusy } from '#kit/errors.ts'
import { isAboutAnother, type Message } from '../messages/model.ts'
import { findUserWithRole } from '../users/repo.ts'
import { type Conversation, conversationKey, isInboxChat, type LastMessage, listPlace, type Mover } from './model.ts'
import { moveWrites, unchangedSince } from './move.ts'
import { asksForAssignee, type Move, onInbound, onOutbound } from './transitions.ts'

/** A message as its conversation takes it: what the list shows of it, and who wrote it. */
export type Turn = { tenantId: string; conversationId: number; chat: string; last: LastMessage; by: Mover }

/** Whether a message is one that people see as the newest of a chat: it counts as unread, and it opens a closed conversation. */
export const isTurn = (message: Pick<Message, 'kind' | 'payload'>): boolean =>
  message.kind !== 'system' && message.kind !== 'undecryptable' && !isAboutAnother(message)

/** How far the clocks of WhatsApp and ours may differ. A message that is older by more than that is late: it is not the newest. */
const SKEW_MS = 60_000
const TRIES = 5

const isLate = (turn: Turn, lastMessageAt: string | undefined): boolean =>
  lastMessageAt !== undefined && Date.parse(lastMessageAt) > Date.parse(turn.last.at) + SKEW_MS

const newest = ({ last, conversationId }: Turn): Record<string, unknown> => ({
  lastMessage: last,
  lastMessageAt: last.at,
  gsi1sk: listPlace(last.at, conversationId),
})

/** What a message does to its conversation whatever the status. */
const countsOf = ({ by, last }: Turn, now: string): UpdateSpec => {
  if (by.kind === 'contact') {
    return { set: { needsAction: true }, setIfAbsent: { waitingSince: last.at }, add: { unreadCount: 1 } }
  }
  const answered = { set: { needsAction: false }, remove: ['waitingSince'] }
  if (by.kind !== 'user') return answered
  return { ...answered, set: { needsAction: false, unreadCount: 0 }, setIfAbsent: { firstHumanResponseAt: now } }
}

/** The statuses in which a message changes the status: what is written without looking leaves them out. */
const STIRRED: Record<Mover['kind'], readonly Conversation['status'][]> = {
  contact: ['CLOSED', 'WAITING_FOR_CUSTOMER'],
  phone: [],
  key: ['CLOSED'],
  user: ['CLOSED', 'OPEN'],
}

const steady = ({ by, last }: Turn): Condition => {
  const stirred = STIRRED[by.kind].map((status, at) => [`stirred${at}`, status] as const)
  const parts = [
    'attribute_exists(#pk)',
    ...stirred.map(([name]) => `#status <> :${name}`),
    '(attribute_not_exists(#lastMessageAt) OR #lastMessageAt <= :until)',
  ]
  const until = isoTime(Date.parse(last.at) + SKEW_MS)
  return { text: parts.join(' AND '), values: { ...Object.fromEntries(stirred), until } }
}

const isActive = async (ctx: Context, tenantId: string, userId: number): Promise<boolean> =>
  (await findUserWithRole(ctx, tenantId, userId))?.user.state === 'ACTIVE'

const moveOf = async (ctx: Context, seen: Conversation, by: Mover): Promise<Move | undefined> => {
  if (by.kind !== 'contact') return onOutbound(seen, by)
  const nowMs = ctx.clock.nowMs()
  const { assigneeId } = seen
  const asked = asksForAssignee(seen, nowMs) && assigneeId !== undefined
  return onInbound(seen, nowMs, asked ? await isActive(ctx, seen.tenantId, assigneeId) : false)
}

/** Chats that are not of the inbox have a newest message and a count, and no status. */
const plain = (turn: Turn): UpdateSpec => ({
  set: { lastMessage: turn.last, lastMessageAt: turn.last.at },
  add: turn.by.kind === 'contact' ? { unreadCount: 1 } : {},
  condition: exists,
})

/** What the message does to a conversation that was read: with a change of status where there is one. */
const settled = async (ctx: Context, turn: Turn, seen: Conversation): Promise<Write[]> => {
  if (!isInboxChat(turn.chat)) return [{ update: conversationKey(seen.tenantId, seen.id), ...plain(turn) }]
  const counts = countsOf(turn, isoTime(ctx.clock.nowMs()))
  const more = isLate(turn, seen.lastMessageAt) ? counts : { ...counts, set: { ...newest(turn), ...counts.set } }
  const move = await moveOf(ctx, seen, turn.by)
  if (move) return moveWrites(ctx, seen, move, turn.by, more)
  return [{ update: conversationKey(seen.tenantId, seen.id), ...more, condition: unchangedSince(seen) }]
}

/** What a message does to its conversation if it is as it mostly is: written without reading it. */
const expected = (ctx: Context, turn: Turn): UpdateSpec => {
  if (!isInboxChat(turn.chat)) return plain(turn)
  const counts = countsOf(turn, isoTime(ctx.clock.nowMs()))
  return { ...counts, set: { ...newest(turn), ...counts.set }, condition: steady(turn) }
}

/** Writes of which all take effect, or none; gives the positions whose condition was lost. A single update is no transaction. */
const commit = async (ctx: Context, writes: Write[]): Promise<number[]> => {
  const [first] = writes
  if (writes.length === 1 && first && 'update' in first) {
    const { update, ...spec } = first
    return 'item' in (await ctx.main.update(update, { ...spec, returns: 'none' })) ? [] : [0]
  }
  const outcome = await ctx.main.transact(writes)
  return outcome.ok ? [] : outcome.lost
}

/**
 * Makes a message the newest of its conversation, with all that follows: it counts as unread or as answered, and opens or takes
 * the conversation. `message` stores it in the same transaction; false when it was stored before, and then nothing is changed. `more` are
 * further writes of it.
 * One write where the status stays; a change of status reads the conversation, and is made anew when somebody else was faster.
 */
export const takeTurn = async (
  ctx: Context,
  turn: Turn,
  message?: Write,
  more: readonly Write[] = [],
): Promise<boolean> => {
  const key = conversationKey(turn.tenantId, turn.conversationId)
  const stored = message ? [message] : []
  let writes: Write[] = [{ update: key, ...expected(ctx, turn) }]
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      const lost = await commit(ctx, [...stored, ...writes, ...more])
      if (lost.length === 0) return true
      if (message && lost.includes(0)) return false
    } catch (error) {
      if (!isBusy(error) || attempt === TRIES) throw error
      await delay(20 * attempt * (0.5 + Math.random()))
    }
    const seen = await ctx.main.get<Conversation>(key)
    // Removed meanwhile, with its device: what remains is the message itself.
    writes = seen ? await settled(ctx, turn, seen) : []
    if (writes.length + stored.length === 0) return true
  }
  throw new Error('a conversation keeps changing')
}
