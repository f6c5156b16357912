import type { OutboxEvent } from '#data/outbox.ts'
import { LOST, untilSettled } from '#data/settle.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { listMessages } from '../messages/repo.ts'
import { conversationRead } from './events.ts'
import { type Conversation, conversationKey } from './model.ts'
import { isTurn } from './turns.ts'

/** A conversation of a tenant. */
type Ref = { tenantId: string; conversationId: number }

/** Unread messages that are looked through for the one that was read; an older one leaves the count as it is. */
const LOOKED_THROUGH = 200

/** How many of the unread messages stay unread when these were read: those that came after the newest of them. */
const stillUnread = async (ctx: Context, ref: Ref, unread: number, messageIds: readonly string[]): Promise<number> => {
  const read = new Set(messageIds)
  let later = 0
  let startKey: Record<string, unknown> | undefined
  let looked = 0
  do {
    const page = await listMessages(ctx, ref.tenantId, ref.conversationId, { startKey, limit: 50 })
    for (const message of page.items) {
      if (read.has(message.messageId)) return Math.min(later, unread)
      if (message.direction === 'in' && isTurn(message)) later += 1
    }
    looked += page.items.length
    startKey = page.next
  } while (startKey && later < unread && looked < LOOKED_THROUGH)
  return unread
}

/** Counts down to what is left. LOST when the count is another one meanwhile: what is left was counted beside it. */
const countDown = async (
  ctx: Context,
  ref: Ref,
  messageIds: readonly string[],
  events: OutboxEvent[],
): Promise<true | typeof LOST> => {
  const key = conversationKey(ref.tenantId, ref.conversationId)
  const known = await ctx.main.get<Pick<Conversation, 'unreadCount'>>(key, { fields: ['unreadCount'] })
  const unread = known?.unreadCount ?? 0
  const left = unread === 0 ? 0 : await stillUnread(ctx, ref, unread, messageIds)
  if (left === unread) return true
  const outcome = await ctx.main.update(key, {
    add: { unreadCount: left - unread },
    condition: { text: '#unreadCount = :unread', values: { unread } },
    events,
    returns: 'none',
  })
  return 'item' in outcome ? true : LOST
}

/**
 * Counts a conversation's unread messages down to what is left when these were read (`all`: to none), with its event. A message that
 * arrives meanwhile stays counted. Throws `try_again` when the count changed at every attempt; `all` always succeeds.
 */
export const markConversationRead = async (
  ctx: Context,
  ref: Ref,
  messageIds: readonly string[] | 'all',
  source: 'api' | 'phone',
): Promise<void> => {
  const events = [raise(conversationRead, ctx.clock.nowMs(), { source })]
  if (messageIds !== 'all') {
    await untilSettled(() => countDown(ctx, ref, messageIds, events))
    return
  }
  // Nothing has to be as it was read: whatever the count is, none is left.
  await ctx.main.update(conversationKey(ref.tenantId, ref.conversationId), {
    set: { unreadCount: 0 },
    condition: { text: '#unreadCount > :none', values: { none: 0 } },
    events,
    returns: 'none',
  })
}
