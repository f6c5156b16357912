import { z } from 'zod'
import { listPosts } from '#domains/newsletters/newsletters.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelJid, channelNeeds, serverId, sessionOf } from './_channel.ts'
import { shownPost, showPost } from './_post.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/messages',
  group: 'Newsletter',
  summary: 'Messages of a newsletter, a page at a time',
  description: 'Oldest first. The page before this one: `before` with the `server_id` of its first message.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      jid: channelJid('invalid newsletter ID'),
      count: z.number().int().min(1).max(100).default(25),
      before: serverId.optional(),
    }),
  },
  output: z.object({ success: z.boolean(), messages: z.array(shownPost) }),
  envelope: 'flat',
  errorForm: 'text',
  refusals: { jid: 'invalid newsletter ID' },
  errors: ['validation_failed', 'not_found', ...channelErrors],
  needs: channelNeeds,
  examples: { body: { jid: '120363025246817665@newsletter', count: 25, before: 12345 } },
  handler: async (ctx, { body }) => ({
    success: true,
    messages: (await listPosts(commandPort(), await sessionOf(ctx), body)).map(showPost),
  }),
})
