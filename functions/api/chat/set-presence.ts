import { z } from 'zod'
import { askDevice, sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { chatField, chatNeeds, groupChatErrors } from './_chat.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/presence',
  group: 'Chat',
  summary: 'Show typing or recording in a chat',
  description:
    'In a chat of two the other person is watched from then on, until the connection ends: `Presence` events say when he comes and goes, as far as he lets this account see it.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      Phone: chatField,
      State: z.enum(['composing', 'paused']),
      Media: z.enum(['audio', '']).optional().describe('"audio" shows recording instead of typing'),
    }),
  },
  output: z.object({ Details: z.string() }),
  errors: groupChatErrors,
  needs: chatNeeds,
  examples: { body: { Phone: '5521971532700', State: 'composing', Media: 'audio' } },
  handler: async (ctx, { body }) => {
    const { jid } = parseRecipient(body.Phone, 'Phone')
    const device = await sessionDevice(ctx, ctx.actor)
    const state = body.State === 'composing' && body.Media === 'audio' ? 'recording' : body.State
    await askDevice(device, { type: 'chat.presence', chat: jid, state })
    // The document spells it this way.
    return { Details: 'Chat presence set successfuly' }
  },
})
