import { makeCounters } from '#data/counters.ts'
import { makeThreads } from '#domains/conversations/threads.ts'
import { type Message, threadTime } from '#domains/messages/model.ts'
import { recordInbound } from '#domains/messages/repo.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import type { DomainContext } from './context.ts'

/** What people write to one device, for tests of how it is stored. */
export const incoming = (place: Pick<Message, 'tenantId' | 'deviceId'>) => {
  let people = 0
  let count = 0
  return {
    /** The conversation with somebody who has not written before. */
    conversation: async (ctx: Context): Promise<number> => {
      people += 1
      const address = { pn: `1555300${String(people).padStart(4, '0')}@s.whatsapp.net` }
      return (await makeThreads(makeCounters(ctx.main)).resolve(ctx, place, address)).conversationId
    },

    /** A text of the first of them, a second after the last one, but for what is said of it. */
    message: (ctx: DomainContext, conversationId: number, more: Partial<Message> = {}): Message => {
      count += 1
      ctx.clock.advance(1000)
      const nowMs = ctx.clock.nowMs()
      const messageId = more.messageId ?? `M${count}`
      const state = { direction: 'in', kind: 'text', status: 'received', rank: 1, source: 'contact' } as const
      const where = { ...place, conversationId, messageId, chat: '15553000001@s.whatsapp.net', isGroup: false }
      const when = { at: threadTime(nowMs, messageId), timestamp: isoTime(nowMs) }
      return { ...where, ...state, phone: '15553000001', ...when, ...more }
    },

    /** Stores a message that came; false when it was here. */
    store: (ctx: Context, message: Message): Promise<boolean> => {
      const { messageId, direction, kind, text = '', timestamp: at, status } = message
      return recordInbound(ctx, message, { messageId, direction, kind, text, at, status })
    },
  }
}
