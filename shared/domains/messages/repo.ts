import { absent } from '#data/expressions.ts'
import type { OutboxEvent } from '#data/outbox.ts'
import type { Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { mergedWith } from '../conversations/merge.ts'
import type { LastMessage, Mover } from '../conversations/model.ts'
import { isTurn, takeTurn } from '../conversations/turns.ts'
import { isPlaceOnly, type Opener } from './awaited.ts'
import {
  messageAccepted,
  messageDelivered,
  messageFailed,
  messageRead,
  messageReceived,
  messageSent,
  messageUndecryptable,
} from './events.ts'
import { inPlace, keepingPlace, type Store, shownAs } from './in-place.ts'
import { type Message, type MessageFailure, messageKey, STATUS_RANK } from './model.ts'

/** Identifies a message in its conversation. */
export type MessageRef = Pick<Message, 'tenantId' | 'conversationId' | 'messageId'>

const keyOf = (ref: MessageRef) => messageKey(ref.tenantId, ref.conversationId, ref.messageId)

/** A message, or undefined; also one whose conversation went up in another one since. */
export const findMessage = async (ctx: Context, ref: MessageRef): Promise<Message | undefined> => {
  const found = await ctx.main.get<Message>(keyOf(ref))
  if (found && !isPlaceOnly(found)) return found
  for (const conversationId of await mergedWith(ctx, ref.tenantId, ref.conversationId)) {
    const moved = await ctx.main.get<Message>(keyOf({ ...ref, conversationId }))
    if (moved && !isPlaceOnly(moved)) return moved
  }
  return undefined
}

/** Only what a waiting caller needs; a small read. */
export const findStatus = async (
  ctx: Context,
  ref: MessageRef,
): Promise<Pick<Message, 'status' | 'error' | 'sentAt'> | undefined> => {
  type Found = Pick<Message, 'kind' | 'status' | 'error' | 'sentAt'>
  const found = await ctx.main.get<Found>(keyOf(ref), { fields: ['kind', 'status', 'error', 'sentAt'] })
  return found && !isPlaceOnly(found) ? found : undefined
}

/** The states of some messages, one of each conversation, by conversation. */
export const statusesOf = async (ctx: Context, refs: MessageRef[]): Promise<ReadonlyMap<number, Message['status']>> => {
  const fields = ['conversationId', 'status']
  const found = await ctx.main.getMany<Pick<Message, 'conversationId' | 'status'>>(refs.map(keyOf), fields)
  return new Map(found.flatMap(({ conversationId, status }) => (status ? [[conversationId, status] as const] : [])))
}

/**
 * Stores an outbound message with its event, unless it is there already. The accepting caller and the sending task may
 * both come here, in any order; the first wins and false tells the second.
 */
export const recordOutbound = async (ctx: Context, message: Message, open?: Opener): Promise<boolean> => {
  const definition =
    message.status === 'sent' ? messageSent : message.status === 'failed' ? messageFailed : messageAccepted
  const events = [raise(definition, ctx.clock.nowMs())]
  if (await ctx.main.put({ ...keyOf(message), ...message }, { condition: absent, events })) return true
  const store: Store = (whole, condition, more) =>
    ctx.main.transact([{ put: { ...keyOf(whole), ...whole }, condition, events }, ...more]).then(({ ok }) => ok)
  return inPlace(ctx, message, store, open && { open, announce: true })
}

const ADVANCE = {
  sent: { event: messageSent, time: 'sentAt' },
  delivered: { event: messageDelivered, time: 'deliveredAt' },
  read: { event: messageRead, time: 'readAt' },
} as const

/** Raises an outbound message's status. `missing` when no such message is stored, `behind` when it is further already. */
export const advanceStatus = async (
  ctx: Context,
  ref: MessageRef,
  status: keyof typeof ADVANCE,
  atMs: number,
  set: Partial<Message> = {},
): Promise<'done' | 'behind' | 'missing'> => {
  const { event, time } = ADVANCE[status]
  const outcome = await ctx.main.update<Message>(keyOf(ref), {
    set: { ...set, status, rank: STATUS_RANK[status], [time]: isoTime(atMs), changedAt: isoTime(ctx.clock.nowMs()) },
    condition: { text: 'attribute_exists(#pk) AND #rank < :rank', values: { rank: STATUS_RANK[status] } },
    events: [raise(event, ctx.clock.nowMs())],
    returns: 'none',
  })
  if ('item' in outcome) return 'done'
  return outcome.lost ? 'behind' : 'missing'
}

/** Ends an outbound message as failed with its reason; false when it is delivered, failed already or unknown. */
export const failMessage = async (ctx: Context, ref: MessageRef, error: MessageFailure): Promise<boolean> => {
  const outcome = await ctx.main.update<Message>(keyOf(ref), {
    set: { status: 'failed', rank: STATUS_RANK.failed, error, changedAt: isoTime(ctx.clock.nowMs()) },
    condition: { text: 'attribute_exists(#pk) AND #rank < :delivered', values: { delivered: STATUS_RANK.delivered } },
    events: [raise(messageFailed, ctx.clock.nowMs())],
    returns: 'none',
  })
  return 'item' in outcome
}

/**
 * Stores a message that arrived, with its event and what it makes of its conversation, in one transaction. One that could not be
 * opened before is completed, and what waits for it is part of it. False when the message is stored already: redelivery changes nothing.
 */
export const recordInbound = async (
  ctx: Context,
  message: Message,
  last: LastMessage,
  open?: Opener,
): Promise<boolean> => {
  const events: OutboxEvent[] = [raise(messageReceived, ctx.clock.nowMs())]
  const { tenantId, conversationId, chat, direction } = message
  const by: Mover = { kind: direction === 'in' ? 'contact' : 'phone' }
  const store = (write: Write, shown: LastMessage, more: Write[] = []): Promise<boolean> =>
    isTurn(message)
      ? takeTurn(ctx, { tenantId, conversationId, chat, last: shown, by }, write, more)
      : ctx.main.transact([write, ...more]).then(({ ok }) => ok)
  const itemOf = (whole: Message) => ({ ...keyOf(whole), ...whole, changedAt: isoTime(ctx.clock.nowMs()) })
  if (await store({ put: itemOf(message), condition: absent, events }, last)) return true
  const again: Store = (whole, condition, more) =>
    store({ put: itemOf(whole), condition, events }, shownAs(last, whole), more)
  return inPlace(ctx, message, again, open && { open, announce: true })
}

/**
 * Stores a message of the history that a phone sent, without an event of its own; false when it is stored already. One that could
 * not be opened when it came is completed by it, and what waits for it is part of it.
 */
export const recordHistoric = async (ctx: Context, message: Message, open?: Opener): Promise<boolean> => {
  const itemOf = (whole: Message) => ({ ...keyOf(whole), ...whole, changedAt: isoTime(ctx.clock.nowMs()) })
  if (await ctx.main.put(itemOf(message), { condition: absent })) return true
  const store: Store = (whole, condition, more) =>
    ctx.main.transact([{ put: itemOf(whole), condition }, ...more]).then(({ ok }) => ok)
  return inPlace(ctx, message, store, open && { open, announce: false })
}

/** Writes that a message came which could not be opened; nothing when it is known. What waits for it shows, and goes on waiting. */
export const recordUndecryptable = async (ctx: Context, message: Message): Promise<void> => {
  const events = [raise(messageUndecryptable, ctx.clock.nowMs())]
  if (await ctx.main.put({ ...keyOf(message), ...message }, { condition: absent, events })) return
  await keepingPlace(ctx, message, (whole, condition) =>
    ctx.main.put({ ...keyOf(whole), ...whole }, { condition, events }),
  )
}

/** Messages of a conversation in WhatsApp's order, newest first. */
export const listMessages = async (
  ctx: Context,
  tenantId: string,
  conversationId: number,
  page: { limit?: number; startKey?: Record<string, unknown> } = {},
): Promise<{ items: Message[]; next: Record<string, unknown> | undefined }> =>
  ctx.main.query<Message>({
    pk: `C#${tenantId}#${conversationId}`,
    index: 'byTime',
    reverse: true,
    limit: page.limit ?? 50,
    startKey: page.startKey,
  })
