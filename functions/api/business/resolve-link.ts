import { z } from 'zod'
import { resolveLink } from '#domains/devices/business.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { documented, liveErrors, liveNeeds, refuse, required } from '#functions/api/user/_live.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'

/** A message link is the code behind one of two addresses, or the code alone. */
const LINK = /^(?:(?:https?:\/\/)?(?:wa\.me|api\.whatsapp\.com)\/message\/)?([A-Za-z0-9]{4,40})(?:[/?#].*)?$/

export const operation = defineOperation({
  key: 'digigo POST /business/resolve-link',
  group: 'Business',
  summary: 'Resolve a business message link',
  description: 'What the business does not tell is left out. `message` is the text that the link fills in.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      business_link: z.string().optional().describe('Required. For example https://wa.me/message/ABCDEFG123456'),
    }),
  },
  output: z.object({
    success: z.literal(true),
    business_link: z.string(),
    business_jid: z.string(),
    business_name: z.string(),
    verified: z.boolean(),
    category: z.string().optional(),
    description: z.string().optional(),
    website: z.string().optional(),
    email: z.string().optional(),
    address: z.string().optional(),
    message: z.string().optional(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed'],
  needs: liveNeeds,
  examples: { body: { business_link: 'https://wa.me/message/ABCDEFG123456' } },
  handler: async (ctx, { body }) => {
    const link = required(body.business_link, 'business link is required')
    const code = LINK.exec(link)?.[1]
    if (code === undefined) throw refuse('business link is not valid')
    const device = await sessionDevice(ctx, ctx.actor)
    const found = await documented('failed to resolve business link', resolveLink(commandPort(), device, code))
    const { profile } = found
    return {
      success: true as const,
      business_link: link,
      business_jid: found.jid,
      business_name: found.name ?? '',
      verified: found.verified,
      category: profile?.categories[0]?.name,
      description: profile?.description,
      website: profile?.websites[0],
      email: profile?.email,
      address: profile?.address,
      message: found.message,
    }
  },
})
