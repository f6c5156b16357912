import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelJid, channelNeeds, done, sessionOf } from './_channel.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/unfollow',
  group: 'Newsletter',
  summary: 'Unsubscribe from a newsletter',
  auth: ['deviceToken'],
  input: { body: z.object({ jid: channelJid('invalid newsletter ID') }) },
  output: done,
  envelope: 'flat',
  errorForm: 'text',
  refusals: { jid: 'invalid newsletter ID' },
  errors: ['validation_failed', 'not_found', 'forbidden', 'unprocessable', ...channelErrors],
  needs: channelNeeds,
  examples: { body: { jid: '120363025246817665@newsletter' } },
  handler: async (ctx, { body }) => {
    await ask(commandPort(), await sessionOf(ctx), { type: 'newsletter.unfollow', jid: body.jid })
    return { success: true, message: 'Unsubscribed successfully' }
  },
})
