import { z } from 'zod'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { chatField, chatNeeds, groupChatErrors } from './_chat.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/pin',
  group: 'Chat',
  summary: 'Pin or unpin a chat',
  auth: ['deviceToken'],
  input: { body: z.object({ phone: chatField, pin: z.boolean() }) },
  output: z.object({ success: z.literal(true), message: z.string(), jid: z.string(), pinned: z.boolean() }),
  errors: groupChatErrors,
  needs: chatNeeds,
  examples: { body: { phone: '5491155553333', pin: true } },
  handler: async (ctx, { body }) => {
    const { jid } = parseRecipient(body.phone, 'phone')
    const device = await sessionDevice(ctx, ctx.actor)
    await askDevice(device, { type: 'chat.pin', chat: jid, pinned: body.pin })
    const message = body.pin ? 'Chat pinned successfully' : 'Chat unpinned successfully'
    return { success: true as const, message, jid, pinned: body.pin }
  },
})
