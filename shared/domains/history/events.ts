import { z } from 'zod'
import { defineEvent } from '#kit/define-event.ts'
import { messageReceived } from '../messages/events.ts'
import { HISTORY_KINDS } from './model.ts'

/** A part of the history that the phone sends: what it says beside the messages, and the messages by chat. */
export const historyReceived = defineEvent({
  type: 'history.received',
  version: 1,
  summary: 'The phone sent a part of the history; its messages are stored.',
  data: z.object({
    kind: z.enum(HISTORY_KINDS),
    chunk: z.number().int().describe('Number of the chunk among those of its kind'),
    part: z.number().int().describe('Number of this event among those of the chunk, from 0 on'),
    isLast: z.boolean().describe('Whether it is the last event of the chunk'),
    progress: z.number().int().optional().describe('Per cent, as the phone says'),
    requestId: z.string().optional().describe('The request that this answers'),
    sessionId: z.string().optional().describe("WhatsApp's id of that request"),
    conversations: z.array(
      z.object({
        chat: z.string().describe('Chat JID'),
        name: z.string().optional(),
        conversationId: z.number().int(),
        messages: z.array(messageReceived.data),
      }),
    ),
  }),
  project: (_image, facts) => facts as never,
})
