import { z } from 'zod'
import { listNewsletters } from '#domains/newsletters/newsletters.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelNeeds, sessionOf } from './_channel.ts'

const subscribed = z.object({
  jid: z.string(),
  name: z.string(),
  description: z.string(),
  subscribers: z.number().int(),
  muted: z.boolean(),
  invite_code: z.string(),
})

export const operation = defineOperation({
  key: 'digigo GET /newsletter/subscribed',
  group: 'Newsletter',
  summary: 'Subscribed newsletters in short',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ success: z.boolean(), newsletters: z.array(subscribed) }),
  envelope: 'flat',
  errorForm: 'message',
  errors: channelErrors,
  needs: channelNeeds,
  handler: async (ctx) => {
    const found = await listNewsletters(commandPort(), await sessionOf(ctx))
    const newsletters = found.map(({ jid, name, description, subscribers, muted, invite }) => ({
      jid,
      name,
      description,
      subscribers,
      muted: muted === true,
      invite_code: invite,
    }))
    return { success: true, newsletters }
  },
})
