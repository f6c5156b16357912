import { z } from 'zod'
import { setPassword } from '#domains/sessions/password.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { mailPort } from '#services'
import { assertLongEnough, ownSession, password } from './_session.ts'

export const operation = defineOperation({
  key: 'cx POST /api/v1/auth/set-password',
  group: 'Auth',
  summary: 'Set the own password',
  description:
    '`currentPassword` is needed when there is one and the sign-in is older than 15 minutes. All other sign-ins end at once.',
  auth: ['userToken'],
  input: {
    body: z.object({ password: password.describe('8 to 128 characters'), currentPassword: password.optional() }),
  },
  output: z.object({ hasPassword: z.literal(true) }),
  errors: [
    'validation_failed',
    'weak_password',
    'invalid_credentials',
    'unauthenticated',
    'current_password_required',
    'forbidden',
    'too_many_attempts',
  ],
  idempotent: true,
  needs: { main: 'readWrite', mails: 'send', platformSecret: 'read', sockets: 'push' },
  examples: { body: { password: 'string' } },
  handler: async (ctx, { body }) => {
    assertLongEnough(body.password, 'password')
    const own = await ownSession(ctx)
    await setPassword(ctx, mailPort, { ...own, ...body, ip: ctx.request.ip, field: 'password' })
    return { hasPassword: true as const }
  },
})
