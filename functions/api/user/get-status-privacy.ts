import { z } from 'zod'
import { readPrivacy, readStatusAudience } from '#domains/devices/privacy.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds } from './_live.ts'

export const operation = defineOperation({
  key: 'digigo GET /privacy/status',
  group: 'Privacy',
  summary: 'Who sees own status',
  description:
    'The setting `status` of /privacy/settings, in its values. Whom status posts are sent to is a list of its own that the phone keeps: `posts`.',
  auth: ['deviceToken'],
  input: {},
  output: z.object({
    success: z.literal(true),
    status_privacy: z.string(),
    description: z.string(),
    posts: z.object({
      audience: z.string().describe('`contacts`; or `blacklist` (all but users), `whitelist` (users only)'),
      users: z.array(z.string()),
    }),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: liveErrors,
  needs: liveNeeds,
  handler: async (ctx) => {
    const device = await sessionDevice(ctx, ctx.actor)
    const [{ status }, { audience, jids }] = await documented(
      'failed to get status privacy',
      Promise.all([readPrivacy(commandPort(), device), readStatusAudience(commandPort(), device)]),
    )
    return {
      success: true as const,
      status_privacy: status,
      description: 'Status privacy setting (all, contacts, contact_blacklist, or none)',
      posts: { audience, users: jids },
    }
  },
})
