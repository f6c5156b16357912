import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelJid, channelNeeds, done, serverId, sessionOf } from './_channel.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/reaction',
  group: 'Newsletter',
  summary: 'React to a message of a newsletter',
  description: 'An empty reaction takes the earlier one back.',
  auth: ['deviceToken'],
  input: {
    body: z.object({ jid: channelJid('invalid JID'), server_id: serverId, reaction: z.string().max(32) }),
  },
  output: done,
  envelope: 'flat',
  errorForm: 'text',
  refusals: { jid: 'invalid JID' },
  errors: ['validation_failed', 'not_found', 'forbidden', ...channelErrors],
  needs: channelNeeds,
  examples: { body: { jid: '120363025246817665@newsletter', server_id: 12345, reaction: '👍' } },
  handler: async (ctx, { body }) => {
    const { jid, server_id, reaction } = body
    const work = { type: 'newsletter.react', jid, serverId: server_id, reaction } as const
    await ask(commandPort(), await sessionOf(ctx), work)
    return { success: true, message: reaction === '' ? 'Reaction removed successfully' : 'Reaction sent successfully' }
  },
})
