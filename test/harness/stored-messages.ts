import { makeCounters } from '#data/counters.ts'
import { makeThreads, type Threads } from '#domains/conversations/threads.ts'
import { type Message, STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import { recordInbound } from '#domains/messages/repo.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'

/** Whose message it is: a device of a tenant. */
type Place = { tenantId: string; deviceId: string }

/** Stores a message as a runner would that received it, or saw the phone send it. */
export const storeMessage = async (
  ctx: Context,
  place: Place,
  jid: string,
  more: Partial<Message> & { messageId: string },
): Promise<Message> => {
  const threads: Threads = makeThreads(makeCounters(ctx.main))
  const address = jid.endsWith('@g.us') ? { group: jid } : jid.endsWith('@lid') ? { lid: jid } : { pn: jid }
  const { conversationId } = await threads.resolve(ctx, place, address)
  const nowMs = ctx.clock.nowMs()
  const direction = more.direction ?? 'in'
  const status = direction === 'in' ? 'received' : 'sent'
  const message: Message = {
    ...place,
    conversationId,
    direction,
    kind: 'text',
    status,
    rank: STATUS_RANK[status],
    chat: jid,
    text: 'hello',
    isGroup: jid.endsWith('@g.us'),
    source: direction === 'in' ? 'contact' : 'phone',
    at: threadTime(nowMs, more.messageId),
    timestamp: isoTime(nowMs),
    ...more,
  }
  const { messageId, kind, text = '', timestamp } = message
  await recordInbound(ctx, message, { messageId, direction, kind, text, at: timestamp, status })
  return message
}
