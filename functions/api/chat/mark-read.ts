import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { assertCanSend } from '#domains/messages/send-rules.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { commandPort } from '#services'

const messageId = z.string().min(1).max(128)

export const operation = defineOperation({
  key: 'digigo POST /chat/markread',
  group: 'Chat',
  summary: 'Mark messages read',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      Id: z.union([z.array(messageId).min(1).max(500), messageId.transform((id) => [id])]),
      Chat: z.string().min(1),
      Sender: z.string().min(1).optional(),
    }),
  },
  output: z.object({ Details: z.string() }),
  errors: ['validation_failed', 'unauthenticated', 'no_session', 'device_not_connected', 'upstream_timeout'],
  needs: { main: 'read', session: 'read', commands: 'send' },
  examples: { body: { Id: ['AABBCC11223344'], Chat: '5491155553934@s.whatsapp.net' } },
  handler: async (ctx, { body }) => {
    const device = await ownDevice(ctx, ctx.actor)
    const chat = parseRecipient(body.Chat, 'Chat')
    const sender = body.Sender === undefined ? undefined : parseRecipient(body.Sender, 'Sender')
    assertCanSend(device, 'session')
    // Only a group needs to be told who wrote; in a chat with one person the sender is the chat.
    await ask(commandPort(), device, {
      type: 'chat.mark-read',
      chat: chat.jid,
      sender: chat.isGroup ? sender?.jid : undefined,
      messageIds: body.Id,
    })
    return { Details: 'Message(s) marked as read' }
  },
})
