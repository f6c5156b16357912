import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelNeeds, done, inviteCode, invitedTo, sessionOf } from './_channel.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/unfollow-invite',
  group: 'Newsletter',
  summary: 'Unsubscribe by invite code',
  auth: ['deviceToken'],
  input: { body: z.object({ invite_code: inviteCode }) },
  output: done,
  envelope: 'flat',
  errorForm: 'text',
  errors: ['validation_failed', 'not_found', 'operation_failed', 'unprocessable', ...channelErrors],
  needs: channelNeeds,
  examples: { body: { invite_code: 'ABC123XYZ' } },
  handler: async (ctx, { body }) => {
    const device = await sessionOf(ctx)
    const jid = await invitedTo(device, body.invite_code)
    await ask(commandPort(), device, { type: 'newsletter.unfollow', jid })
    return { success: true, message: 'Unsubscribed successfully' }
  },
})
