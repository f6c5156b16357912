import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelJid, channelNeeds, done, sessionOf } from './_channel.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/mute',
  group: 'Newsletter',
  summary: 'Mute or unmute a newsletter',
  auth: ['deviceToken'],
  input: { body: z.object({ jid: channelJid('invalid JID'), mute: z.boolean() }) },
  output: done,
  envelope: 'flat',
  errorForm: 'text',
  refusals: { jid: 'invalid JID' },
  errors: ['validation_failed', 'not_found', 'forbidden', ...channelErrors],
  needs: channelNeeds,
  examples: { body: { jid: '120363025246817665@newsletter', mute: true } },
  handler: async (ctx, { body }) => {
    const { jid, mute } = body
    await ask(commandPort(), await sessionOf(ctx), { type: 'newsletter.mute', jid, mute })
    return { success: true, message: `Notifications ${mute ? 'muted' : 'unmuted'} successfully` }
  },
})
