import { z } from 'zod'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { labelErrors, requireLabel } from './_label.ts'

export const operation = defineOperation({
  key: 'digigo POST /label/chat',
  group: 'Label',
  summary: 'Label a chat',
  auth: ['deviceToken'],
  input: { body: z.object({ phone: z.string().min(1), label_id: z.string().min(1).max(64), apply: z.boolean() }) },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    jid: z.string(),
    label_id: z.string(),
    applied: z.boolean(),
  }),
  errors: labelErrors,
  needs: { main: 'read', session: 'read', commands: 'send' },
  examples: { body: { phone: '5491155553333', label_id: 'label_1703123456', apply: true } },
  handler: async (ctx, { body }) => {
    const { jid } = parseRecipient(body.phone, 'phone')
    const device = await sessionDevice(ctx, ctx.actor)
    await requireLabel(ctx, device, body.label_id)
    await askDevice(device, { type: 'label.chat', chat: jid, labelId: body.label_id, applied: body.apply })
    const message = body.apply ? 'Label applied successfully' : 'Label removed successfully'
    return { success: true as const, message, jid, label_id: body.label_id, applied: body.apply }
  },
})
