import { z } from 'zod'
import { getNewsletter } from '#domains/newsletters/newsletters.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelJid, channelNeeds, sessionOf } from './_channel.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/info',
  group: 'Newsletter',
  summary: 'Information about a newsletter',
  auth: ['deviceToken'],
  input: { body: z.object({ jid: channelJid('invalid newsletter ID') }) },
  output: z.object({
    jid: z.string(),
    name: z.string(),
    description: z.string(),
    subscribers: z.number().int(),
    invite_code: z.string(),
    muted: z.boolean(),
    role: z.string(),
  }),
  envelope: 'flat',
  errorForm: 'text',
  refusals: { jid: 'invalid newsletter ID' },
  errors: ['validation_failed', 'not_found', ...channelErrors],
  needs: channelNeeds,
  examples: { body: { jid: '120363025246817665@newsletter' } },
  handler: async (ctx, { body }) => {
    const found = await getNewsletter(commandPort(), await sessionOf(ctx), { jid: body.jid })
    const { jid, name, description, subscribers, invite, muted, role } = found
    return { jid, name, description, subscribers, invite_code: invite, muted: muted === true, role: role ?? 'guest' }
  },
})
