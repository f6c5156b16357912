import { z } from 'zod'
import { verifyCode } from '#domains/sessions/codes.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { assertMayUseCookie, session, signIn, signInOptions } from './_session.ts'

export const operation = defineOperation({
  key: 'cx POST /api/v1/auth/verify-code',
  group: 'Auth',
  summary: 'Sign in with a code that came by e-mail',
  auth: ['none'],
  input: { body: z.object({ email: z.email().max(254), code: z.string().length(6), ...signInOptions }) },
  output: session,
  errors: [
    'validation_failed',
    'invalid_code',
    'code_expired',
    'forbidden',
    'organization_cancelled',
    'not_found',
    'too_many_attempts',
  ],
  needs: { main: 'readWrite', platformSecret: 'read' },
  examples: { body: { email: 'user@example.com', code: 'string' } },
  handler: async (ctx, { body: { email, code, ...options } }) => {
    assertMayUseCookie(ctx, options.cookie)
    return signIn(ctx, await verifyCode(ctx, { email, code, ip: ctx.request.ip }), options)
  },
})
