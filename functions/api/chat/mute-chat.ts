import { z } from 'zod'
import { MUTED_FOR_EVER } from '#domains/chats/model.ts'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { chatErrors, chatField, chatNeeds } from './_chat.ts'

const SECONDS = { '8h': 8 * 3600, '1w': 7 * 24 * 3600, always: undefined } as const

export const operation = defineOperation({
  key: 'digigo POST /chat/mute',
  group: 'Chat',
  summary: 'Mute or unmute a chat',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      phone: chatField,
      mute: z.boolean(),
      mute_duration: z.enum(['8h', '1w', 'always']).optional().describe('Without it the mute has no end'),
    }),
  },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    jid: z.string(),
    muted: z.boolean(),
    duration: z.string().optional(),
  }),
  errors: chatErrors,
  needs: chatNeeds,
  examples: { body: { phone: '5491155553333', mute: true, mute_duration: '8h' } },
  handler: async (ctx, { body }) => {
    const { jid } = parseRecipient(body.phone, 'phone')
    const device = await sessionDevice(ctx, ctx.actor)
    const duration = body.mute_duration ?? 'always'
    const seconds = SECONDS[duration]
    const end = seconds === undefined ? MUTED_FOR_EVER : Math.floor(ctx.clock.nowMs() / 1000) + seconds
    await askDevice(device, { type: 'chat.mute', chat: jid, mutedUntil: body.mute ? end : 0 })
    const message = body.mute ? 'Chat muted successfully' : 'Chat unmuted successfully'
    return { success: true as const, message, jid, muted: body.mute, ...(body.mute && { duration }) }
  },
})
