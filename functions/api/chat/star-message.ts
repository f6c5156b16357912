import { z } from 'zod'
import { requireMessage } from '#domains/chats/known-message.ts'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { parseRecipient } from '#kit/phone.ts'
import { threads } from '#services'
import { chatErrors, chatField, chatNeeds, messageIdField } from './_chat.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/star',
  group: 'Chat',
  summary: 'Star or unstar a message',
  description: 'Who wrote the message is taken from the message itself; what the request says about it has to agree.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      chat_jid: chatField,
      sender_jid: z.string().min(1).optional().describe('Member who wrote, in a group'),
      message_id: messageIdField,
      from_me: z.boolean().optional(),
      star: z.boolean(),
    }),
  },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    chat_jid: z.string(),
    message_id: z.string(),
    starred: z.boolean(),
  }),
  errors: [...chatErrors, 'not_found'],
  needs: chatNeeds,
  examples: { body: { chat_jid: '5491155553333@s.whatsapp.net', message_id: '3EB0794DCEFA60', star: true } },
  handler: async (ctx, { body }) => {
    const { jid } = parseRecipient(body.chat_jid, 'chat_jid')
    if (body.sender_jid !== undefined) parseRecipient(body.sender_jid, 'sender_jid')
    const device = await sessionDevice(ctx, ctx.actor)
    const known = await requireMessage(ctx, threads(), device, jid, body.message_id)
    const fromMe = known.direction === 'out'
    if (body.from_me !== undefined && body.from_me !== fromMe) {
      const message = fromMe ? 'the message was sent by this account' : 'the message was not sent by this account'
      throw fail('validation_failed', { details: [{ path: 'from_me', message }] })
    }
    await askDevice(device, {
      type: 'chat.star',
      chat: jid,
      conversationId: known.conversationId,
      messageId: known.messageId,
      fromMe,
      participant: known.participant,
      starred: body.star,
    })
    const message = body.star ? 'Message starred successfully' : 'Message unstarred successfully'
    return { success: true as const, message, chat_jid: jid, message_id: body.message_id, starred: body.star }
  },
})
