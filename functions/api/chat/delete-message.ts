import { z } from 'zod'
import { requireMessage } from '#domains/chats/known-message.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { sendMessage } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { parseRecipient } from '#kit/phone.ts'
import { threads } from '#services'
import { chatField, messageIdField } from './_chat.ts'
import { sendErrors } from './_send.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/delete',
  group: 'Chat',
  summary: 'Delete an own message',
  description: 'Deletes a message that this account sent, for everyone in the chat. What is stored here of it stays.',
  auth: ['deviceToken'],
  input: { body: z.object({ Phone: chatField, Id: messageIdField }) },
  output: z.object({ Details: z.string() }),
  errors: [...sendErrors, 'not_found'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  idempotent: true,
  examples: { body: { Phone: '5521971532700', Id: '3EB06F9067F80BAB89FF' } },
  handler: async (ctx, { body }) => {
    const to = parseRecipient(body.Phone, 'Phone')
    const device = await sessionDevice(ctx, ctx.actor)
    const target = await requireMessage(ctx, threads(), device, to.jid, body.Id)
    if (target.direction !== 'out') {
      throw fail('validation_failed', { details: [{ path: 'Id', message: 'is not a message that this account sent' }] })
    }
    if (target.status === 'accepted' || target.status === 'failed') {
      throw fail('conflict', { message: 'WhatsApp does not have the message, so there is nothing to delete.' })
    }
    await sendMessage(ctx, sendPorts(), {
      tenantId: device.tenantId,
      deviceId: device.id,
      device,
      to,
      content: { kind: 'revoke', target: { chat: to.jid, messageId: target.messageId, fromMe: true } },
      readiness: 'session',
      reservedId: ctx.reserved?.messageId,
    })
    return { Details: 'Message deleted' }
  },
})
