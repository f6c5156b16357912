import { z } from 'zod'
import { requestCode } from '#domains/sessions/codes.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { mailPort } from '#services'

export const operation = defineOperation({
  key: 'cx POST /api/v1/auth/request-code',
  group: 'Auth',
  summary: 'Ask for a sign-in code by e-mail',
  description:
    'Six digits, good once, for ten minutes and five tries; a new one ends the one before. After a sign-in with it a forgotten ' +
    'password is replaced with `set-password`. The answer is the same whether the address is known or not.',
  auth: ['none'],
  input: { body: z.object({ email: z.email().max(254) }) },
  output: z.object({ sent: z.literal(true) }),
  errors: ['validation_failed', 'rate_limited'],
  needs: { main: 'readWrite', mails: 'send', platformSecret: 'read' },
  examples: { body: { email: 'user@example.com' } },
  handler: async (ctx, { body }) => {
    await requestCode(ctx, mailPort, { email: body.email, ip: ctx.request.ip })
    return { sent: true as const }
  },
})
