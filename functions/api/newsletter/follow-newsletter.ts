import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelJid, channelNeeds, done, sessionOf } from './_channel.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/follow',
  group: 'Newsletter',
  summary: 'Subscribe to a newsletter',
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
    await ask(commandPort(), await sessionOf(ctx), { type: 'newsletter.follow', jid: body.jid })
    return { success: true, message: 'Subscribed successfully' }
  },
})
