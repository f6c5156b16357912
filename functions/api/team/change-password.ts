import { z } from 'zod'
import { LONGEST_PASSWORD, newPassword } from '#domains/users/password-rules.ts'
import { changeOwnPassword } from '#domains/users/passwords.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { mailPort } from '#services'

export const operation = defineOperation({
  key: 'ceox POST /api/v1/me/password',
  group: 'users',
  summary: 'Change your own password',
  description:
    'Every logged-in user may; an API key has no password. All sessions end, this one too: log in again with the new password. A mail tells of it. Wrong ' +
    'present passwords are counted as failed logins are (429 after some).',
  auth: ['userToken'],
  input: {
    body: z.object({ current_password: z.string().min(1).max(LONGEST_PASSWORD), new_password: newPassword }),
  },
  output: z.object({ changed: z.boolean() }),
  errors: ['validation_failed', 'weak_password', 'unauthenticated', 'conflict', 'too_many_attempts'],
  needs: { main: 'readWrite', mails: 'send', platformSecret: 'read', sockets: 'push' },
  examples: { body: { current_password: 'old', new_password: 'minimal8' } },
  handler: async (ctx, { body }) => {
    const wish = { current: body.current_password, next: body.new_password, ip: ctx.request.ip }
    await changeOwnPassword(ctx, mailPort, ctx.actor, wish)
    return { changed: true }
  },
})
