import type { UpdateSpec } from '#data/expressions.ts'
import type { Item, Write } from '#data/table.ts'
import { delay, isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { isBusy } from '#kit/errors.ts'
import { conversationMerged } from './events.ts'
import { type Conversation, conversationKey, episodeKey, isInboxChat, listPlace } from './model.ts'
import { moveWrites, unchangedSince } from './move.ts'
import { moveMessages } from './move-messages.ts'

/** Two conversations that are one: `from` goes up in `into`. */
export type Merge = { tenantId: string; from: number; into: number }

const TRIES = 6

const isNewer = (left: Conversation, right: Conversation): boolean =>
  (left.lastMessageAt ?? '') > (right.lastMessageAt ?? '')

/** The earlier of two times. */
const earliest = (...times: (string | undefined)[]): string | undefined =>
  times.filter((time) => time !== undefined).sort()[0]

/** What the conversation that stays takes over. */
const takenOver = (into: Conversation, from: Conversation): UpdateSpec => {
  const shown = isNewer(from, into) ? from : into
  const { lastMessage, lastMessageAt, needsAction } = shown
  const isNumber = into.chat.endsWith('@lid') && from.chat.endsWith('@s.whatsapp.net')
  const at = lastMessageAt ?? into.createdAt
  return {
    set: {
      lastMessage,
      lastMessageAt,
      needsAction,
      waitingSince: needsAction ? earliest(into.waitingSince, from.waitingSince) : undefined,
      gsi1sk: isInboxChat(into.chat) ? listPlace(at, into.id) : undefined,
      name: into.name ?? from.name,
      chat: isNumber ? from.chat : undefined,
      absorbed: [...new Set([...(into.absorbed ?? []), from.id])],
    },
    remove: needsAction ? [] : ['waitingSince'],
    add: { unreadCount: from.unreadCount },
  }
}

/** The conversation that stays, and its status: an open case goes on where it is now. */
const keptWrites = (ctx: Context, into: Conversation, from: Conversation): Write[] => {
  const more = takenOver(into, from)
  if (into.status !== 'CLOSED' || from.status === 'CLOSED') {
    return [{ update: conversationKey(into.tenantId, into.id), ...more, condition: unchangedSince(into) }]
  }
  const episode = { new: from.episode?.origin ?? 'INBOUND' } as const
  const move = { to: from.status, cause: 'inbound', episode, assigneeId: from.assigneeId ?? null } as const
  return moveWrites(ctx, into, move, { kind: 'contact' }, more)
}

/** What remains of the other one says where it went, and is in no list. */
const leftWrites = (ctx: Context, into: Conversation, from: Conversation): Write[] => {
  const now = isoTime(ctx.clock.nowMs())
  const closed = { closedAt: now, closedBy: { kind: 'contact' }, resolution: 'MERGED' }
  const isFirst = from.mergedInto === undefined
  const left: Write = {
    update: conversationKey(from.tenantId, from.id),
    set: {
      mergedInto: into.id,
      status: 'CLOSED',
      version: (from.version ?? 0) + 1,
      unreadCount: 0,
      needsAction: false,
      ...closed,
    },
    remove: ['gsi1pk', 'gsi1sk', 'lastMessage', 'lastMessageAt', 'waitingSince', 'assigneeId'],
    condition: unchangedSince(from),
    events: isFirst ? [raise(conversationMerged, ctx.clock.nowMs(), { into: into.id })] : undefined,
  }
  if (from.status === 'CLOSED' || !from.episode) return [left]
  return [left, { update: episodeKey(from.tenantId, from.id, from.episode.number), set: closed }]
}

/** Nothing is left there that lists show or that counts. */
const isEmptied = (from: Conversation & Partial<Item>): boolean =>
  from.mergedInto !== undefined &&
  from.status === 'CLOSED' &&
  from.unreadCount === 0 &&
  from.lastMessageAt === undefined &&
  from.gsi1pk === undefined

const takeOver = async (ctx: Context, { tenantId, from, into }: Merge): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    const [left, kept] = await Promise.all([
      ctx.main.get<Conversation>(conversationKey(tenantId, from)),
      ctx.main.get<Conversation>(conversationKey(tenantId, into)),
    ])
    if (!left || !kept) return
    if (isEmptied(left) && left.mergedInto === into) return
    try {
      const { ok } = await ctx.main.transact([...keptWrites(ctx, kept, left), ...leftWrites(ctx, kept, left)])
      if (ok) return
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    if (attempt >= TRIES) throw new Error('conversations could not be merged: they keep changing')
    await delay(20 * attempt * (0.5 + Math.random()))
  }
}

/**
 * Makes two conversations one: the newest message, what is unread and the open case first, in one transaction with the event, then
 * the messages one by one. Doing it again goes on where it was interrupted, and takes what somebody who still knew only the
 * other one wrote there meanwhile. Throws when the store is out of reach.
 */
export const mergeConversations = async (ctx: Context, merge: Merge): Promise<void> => {
  await takeOver(ctx, merge)
  await moveMessages(ctx, merge)
}

/** Where else messages of a conversation may lie while it is being merged, or after. */
export const mergedWith = async (ctx: Context, tenantId: string, conversationId: number): Promise<number[]> => {
  const fields = ['mergedInto', 'absorbed']
  const found = await ctx.main.get<Pick<Conversation, 'mergedInto' | 'absorbed'>>(
    conversationKey(tenantId, conversationId),
    { fields },
  )
  return [...(found?.mergedInto === undefined ? [] : [found.mergedInto]), ...(found?.absorbed ?? [])]
}
