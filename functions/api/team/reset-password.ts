import { z } from 'zod'
import { newPassword } from '#domains/users/password-rules.ts'
import { resetPassword } from '#domains/users/passwords.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'
import { mailPort } from '#services'
import { idParams } from './_users.ts'

export const operation = defineOperation({
  key: 'ceox POST /api/v1/users/{id}/password',
  group: 'users',
  summary: 'Reset the password of a user',
  description:
    'The present password is not asked for. All sessions of the user end, and a mail tells him. Nobody resets the password of a user who may more than he does, ' +
    'because he could sign in with it (403); an API key with full access may reset every one.',
  auth: ['apiKey', 'userToken'],
  capability: 'team.manage',
  input: { params: idParams, body: z.object({ password: newPassword }) },
  output: z.object({ id: z.number().int(), changed: z.boolean() }),
  errors: [
    'validation_failed',
    'weak_password',
    'unauthenticated',
    'forbidden',
    'capability_not_held',
    'not_found',
    'try_again',
  ],
  needs: { main: 'readWrite', mails: 'send', platformSecret: 'read', sockets: 'push' },
  examples: { body: { password: 'minimal8' } },
  handler: async (ctx, { params, body }) => {
    const id = requireNumber(params.id)
    await resetPassword(ctx, mailPort, ctx.actor, id, body.password)
    return { id, changed: true }
  },
})
