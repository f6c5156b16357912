import { z } from 'zod'
import { checkLogin } from '#domains/sessions/login.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { assertMayUseCookie, session, signIn, signInOptions } from './_session.ts'

export const operation = defineOperation({
  key: 'cx POST /api/v1/auth/login',
  group: 'Auth',
  summary: 'Log in with e-mail and password',
  auth: ['none'],
  input: { body: z.object({ email: z.email(), password: z.string().min(1).max(128), ...signInOptions }) },
  output: session,
  errors: [
    'validation_failed',
    'invalid_credentials',
    'forbidden',
    'organization_cancelled',
    'not_found',
    'too_many_attempts',
  ],
  needs: { main: 'readWrite', platformSecret: 'read' },
  examples: { body: { email: 'user@example.com', password: 'string' } },
  handler: async (ctx, { body: { email, password, ...options } }) => {
    assertMayUseCookie(ctx, options.cookie)
    return signIn(ctx, await checkLogin(ctx, { email, password, ip: ctx.request.ip }), options)
  },
})
