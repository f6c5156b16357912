import { z } from 'zod'
import { listUpdates } from '#domains/newsletters/newsletters.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelJid, channelNeeds, serverId, sessionOf } from './_channel.ts'
import { shownPost, showPost } from './_post.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/message-updates',
  group: 'Newsletter',
  summary: 'Messages whose views or reactions changed',
  description: 'WhatsApp gives counts here; texts come with POST /newsletter/messages.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      jid: channelJid('invalid JID'),
      count: z.number().int().min(1).max(100).optional(),
      since: z.number().int().nonnegative().optional().describe('Unix seconds'),
      after: serverId.optional(),
    }),
  },
  output: z.object({ success: z.boolean(), updates: z.array(shownPost) }),
  envelope: 'flat',
  errorForm: 'text',
  refusals: { jid: 'invalid JID' },
  errors: ['validation_failed', 'not_found', ...channelErrors],
  needs: channelNeeds,
  examples: { body: { jid: '120363025246817665@newsletter', count: 25, since: 1640995200, after: 12345 } },
  handler: async (ctx, { body }) => ({
    success: true,
    updates: (await listUpdates(commandPort(), await sessionOf(ctx), body)).map(showPost),
  }),
})
