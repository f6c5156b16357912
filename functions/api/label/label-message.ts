import { z } from 'zod'
import { requireMessage } from '#domains/chats/known-message.ts'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { threads } from '#services'
import { labelErrors, requireLabel } from './_label.ts'

export const operation = defineOperation({
  key: 'digigo POST /label/message',
  group: 'Label',
  summary: 'Label a message',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      phone: z.string().min(1),
      message_id: z.string().min(1).max(128),
      label_id: z.string().min(1).max(64),
      apply: z.boolean(),
    }),
  },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    jid: z.string(),
    message_id: z.string(),
    label_id: z.string(),
    applied: z.boolean(),
  }),
  errors: labelErrors,
  needs: { main: 'read', session: 'read', commands: 'send' },
  examples: {
    body: { phone: '5491155553333', message_id: '3EB0794DCEFA60', label_id: 'label_1703123456', apply: true },
  },
  handler: async (ctx, { body }) => {
    const { jid } = parseRecipient(body.phone, 'phone')
    const device = await sessionDevice(ctx, ctx.actor)
    const [known] = await Promise.all([
      requireMessage(ctx, threads(), device, jid, body.message_id),
      requireLabel(ctx, device, body.label_id),
    ])
    const { conversationId, messageId } = known
    const { label_id: labelId, apply: applied } = body
    await askDevice(device, { type: 'label.message', chat: jid, conversationId, messageId, labelId, applied })
    const message = applied ? 'Label applied successfully' : 'Label removed successfully'
    return { success: true as const, message, jid, message_id: messageId, label_id: labelId, applied }
  },
})
