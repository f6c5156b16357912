import { z } from 'zod'
import { subscribeLive } from '#domains/newsletters/newsletters.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelJid, channelNeeds, done, sessionOf } from './_channel.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/subscribe-live-updates',
  group: 'Newsletter',
  summary: 'Be told of views and reactions as they happen',
  description: 'For `duration` seconds, as NewsletterLiveUpdate events; afterwards it has to be asked for again.',
  auth: ['deviceToken'],
  input: { body: z.object({ jid: channelJid('invalid JID') }) },
  output: done.extend({ duration: z.number().describe('Seconds') }),
  envelope: 'flat',
  errorForm: 'text',
  refusals: { jid: 'invalid JID' },
  errors: ['validation_failed', 'not_found', ...channelErrors],
  needs: channelNeeds,
  examples: { body: { jid: '120363025246817665@newsletter' } },
  handler: async (ctx, { body }) => {
    const duration = await subscribeLive(commandPort(), await sessionOf(ctx), body.jid)
    return { success: true, duration, message: 'Subscribed to live updates' }
  },
})
