import { z } from 'zod'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { chatErrors, chatField, chatNeeds, lastMessageOf, messageIdField } from './_chat.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/archive',
  group: 'Chat',
  summary: 'Archive or unarchive a chat',
  description:
    'An archived chat is unpinned. WhatsApp archives up to a message: without one in the request, up to the newest one known here.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      phone: chatField,
      archive: z.boolean(),
      last_message_timestamp: z.number().int().positive().optional().describe('Unix seconds'),
      last_message_id: messageIdField.optional(),
      last_message_from_me: z.boolean().optional(),
      last_message_remote_jid: z
        .string()
        .min(1)
        .optional()
        .describe('JID of the last message: of the chat, or in a group of the member who wrote'),
    }),
  },
  output: z.object({ success: z.literal(true), message: z.string(), jid: z.string(), archived: z.boolean() }),
  errors: chatErrors,
  needs: chatNeeds,
  examples: { body: { phone: '5491155553333', archive: true } },
  handler: async (ctx, { body }) => {
    const { jid } = parseRecipient(body.phone, 'phone')
    const remote =
      body.last_message_remote_jid === undefined
        ? undefined
        : parseRecipient(body.last_message_remote_jid, 'last_message_remote_jid')
    const device = await sessionDevice(ctx, ctx.actor)
    const last = await lastMessageOf(ctx, device, jid, {
      timestamp: body.last_message_timestamp,
      messageId: body.last_message_id,
      fromMe: body.last_message_from_me,
      participant: remote === undefined || remote.isGroup ? undefined : remote.jid,
    })
    await askDevice(device, { type: 'chat.archive', chat: jid, archived: body.archive, last })
    const message = body.archive ? 'Chat archived successfully' : 'Chat unarchived successfully'
    return { success: true as const, message, jid, archived: body.archive }
  },
})
