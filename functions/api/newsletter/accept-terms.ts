import { z } from 'zod'
import { ask } from '#domains/commands/dispatch.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelNeeds, done, sessionOf } from './_channel.ts'

const word = z.string().regex(/^\w{1,64}$/, 'has letters and digits only')

export const operation = defineOperation({
  key: 'digigo POST /newsletter/accept-tos',
  group: 'Newsletter',
  summary: 'Accept terms of WhatsApp',
  description: 'The defaults are the terms for creating newsletters.',
  auth: ['deviceToken'],
  input: { body: z.object({ notice_id: word.default('20601218'), stage: word.default('5') }) },
  output: done,
  envelope: 'flat',
  errorForm: 'text',
  errors: ['validation_failed', ...channelErrors],
  needs: channelNeeds,
  examples: { body: { notice_id: '20601218', stage: '5' } },
  handler: async (ctx, { body }) => {
    const work = { type: 'newsletter.accept-terms', noticeId: body.notice_id, stage: body.stage } as const
    await ask(commandPort(), await sessionOf(ctx), work)
    return { success: true, message: 'Terms of service accepted' }
  },
})
