import { z } from 'zod'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { chatErrors, chatField, chatNeeds, lastMessageOf, messageIdField } from './_chat.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/delete-chat',
  group: 'Chat',
  summary: 'Delete a chat from the list',
  description:
    'The chat comes back with its next message. What is stored here of its messages stays. Without a last message in the request the newest one known here is taken.',
  auth: ['deviceToken'],
  input: {
    body: z
      .object({
        phone: chatField,
        last_message_timestamp: z.number().int().positive().optional().describe('Unix seconds'),
        last_message_id: messageIdField.optional(),
        last_message_from_me: z.boolean().optional(),
        last_message_sender_jid: z.string().min(1).optional().describe('Member who wrote it, in a group'),
      })
      .refine(
        ({ phone, last_message_id: id, last_message_from_me: fromMe, last_message_sender_jid: sender }) =>
          !phone.endsWith('@g.us') || id === undefined || fromMe === true || sender !== undefined,
        { path: ['last_message_sender_jid'], message: 'is required with last_message_id in a group' },
      ),
  },
  output: z.object({ success: z.literal(true), message: z.string(), jid: z.string() }),
  errorForm: 'data',
  refusals: { phone: { missing: 'missing phone in payload' } },
  errors: chatErrors,
  needs: chatNeeds,
  examples: { body: { phone: '5521979232690' } },
  handler: async (ctx, { body }) => {
    const { jid } = parseRecipient(body.phone, 'phone')
    const sender = body.last_message_sender_jid
    const last = {
      timestamp: body.last_message_timestamp,
      messageId: body.last_message_id,
      fromMe: body.last_message_from_me,
      participant: sender === undefined ? undefined : parseRecipient(sender, 'last_message_sender_jid').jid,
    }
    const device = await sessionDevice(ctx, ctx.actor)
    await askDevice(device, { type: 'chat.delete', chat: jid, last: await lastMessageOf(ctx, device, jid, last) })
    return { success: true as const, message: 'Chat deleted successfully', jid }
  },
})
