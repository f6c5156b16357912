import { z } from 'zod'
import { changePassword } from '#domains/sessions/password.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { mailPort } from '#services'
import { assertLongEnough, ownSession, password } from './_session.ts'

export const operation = defineOperation({
  key: 'cx POST /api/v1/profile/change-password',
  group: 'Profile',
  summary: 'Change the own password',
  description: 'All other sign-ins end at once; the user is told by mail.',
  auth: ['userToken'],
  input: { body: z.object({ currentPassword: password, newPassword: password.describe('8 to 128 characters') }) },
  output: z.object({ hasPassword: z.literal(true) }),
  errors: [
    'validation_failed',
    'weak_password',
    'invalid_credentials',
    'unauthenticated',
    'forbidden',
    'too_many_attempts',
  ],
  idempotent: true,
  needs: { main: 'readWrite', mails: 'send', platformSecret: 'read', sockets: 'push' },
  examples: { body: { currentPassword: 'string', newPassword: 'string' } },
  handler: async (ctx, { body: { currentPassword, newPassword } }) => {
    assertLongEnough(newPassword, 'newPassword')
    const own = await ownSession(ctx)
    await changePassword(ctx, mailPort, {
      ...own,
      password: newPassword,
      currentPassword,
      ip: ctx.request.ip,
      field: 'newPassword',
    })
    return { hasPassword: true as const }
  },
})
