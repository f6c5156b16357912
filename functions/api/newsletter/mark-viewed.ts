import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelJid, channelNeeds, done, serverId, sessionOf } from './_channel.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/mark-viewed',
  group: 'Newsletter',
  summary: 'Count messages of a newsletter as viewed',
  auth: ['deviceToken'],
  input: {
    body: z.object({ jid: channelJid('invalid JID'), server_ids: z.array(serverId).min(1).max(500) }),
  },
  output: done,
  envelope: 'flat',
  errorForm: 'text',
  refusals: { jid: 'invalid JID' },
  errors: ['validation_failed', 'not_found', ...channelErrors],
  needs: channelNeeds,
  examples: { body: { jid: '120363025246817665@newsletter', server_ids: [12345, 12346] } },
  handler: async (ctx, { body }) => {
    const work = { type: 'newsletter.view', jid: body.jid, serverIds: body.server_ids } as const
    await ask(commandPort(), await sessionOf(ctx), work)
    return { success: true, message: 'Messages marked as viewed' }
  },
})
