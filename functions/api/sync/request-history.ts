import { z } from 'zod'
import { ownDevice } from '#domains/devices/lookup.ts'
import { assertClient } from '#domains/sync/ask.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { notSent, requestErrors, sendRequest } from './_request.ts'

/** The largest number of the document's type for `count`; how many messages come is for the phone to say. */
const INT32 = 2_147_483_647

const FAILED = 'Failed to send request'

export const operation = defineOperation({
  key: 'digigo POST /sync/history-request',
  group: 'Sync',
  summary: 'Request older history of one chat',
  description:
    'Asks the phone for messages of a chat that are older than the one named. They are stored when they come, and announced by `HistorySync` events; the phone has to be on. ' +
    'The document takes the id of the oldest message for the id of the request as well.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      phone: z.string().min(1).describe('Phone number or JID of the chat'),
      oldest_message_id: z.string().min(1).max(128),
      oldest_message_timestamp: z.number().int().positive().describe('Unix milliseconds'),
      oldest_from_me: z.boolean().default(false),
      count: z.number().int().min(1).max(INT32).default(50),
    }),
  },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    request_id: z.string(),
    chat: z.string(),
    count: z.number().int(),
  }),
  envelope: 'flat',
  errors: requestErrors,
  needs: { main: 'read', session: 'read', commands: 'send' },
  examples: {
    body: {
      phone: '5521979232690',
      oldest_message_id: '3EB0ABCD1234567890',
      oldest_message_timestamp: 1704067200000,
      oldest_from_me: false,
      count: 50,
    },
  },
  handler: async (ctx, { body }) => {
    const { jid: chat } = parseRecipient(body.phone, 'phone')
    const device = await ownDevice(ctx, ctx.actor)
    assertClient(device, () => notSent(FAILED, 'the client is not connected'))
    const request = {
      type: 'sync.chat-history' as const,
      chat,
      messageId: body.oldest_message_id,
      timestampMs: body.oldest_message_timestamp,
      fromMe: body.oldest_from_me,
      count: body.count,
    }
    await sendRequest(device, request, FAILED)
    return {
      success: true as const,
      message:
        'History sync request sent successfully. History will arrive asynchronously via HistorySync events (webhook/websocket).',
      request_id: body.oldest_message_id,
      chat,
      count: body.count,
    }
  },
})
