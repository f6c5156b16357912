import { z } from 'zod'
import { MOST_INBOXES } from '#domains/inboxes/model.ts'
import { createUser } from '#domains/users/create.ts'
import { newPassword } from '#domains/users/password-rules.ts'
import { shownUser, showUser } from '#domains/users/show-ceox.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { numberId } from '#kit/number-id.ts'
import { counters } from '#services'
import { userEmail, userName } from './_users.ts'

export const operation = defineOperation({
  key: 'ceox POST /api/v1/users',
  group: 'users',
  summary: 'Add a user',
  description:
    'The user can log in at once. The password has 8 to 128 characters, is not the address, and is none of those that everybody uses. ' +
    'An address belongs to one user (409); that of a deleted user brings him back under his number, with all that is given here. ' +
    'Nobody gives a role with capabilities that he does not hold himself (403); an API key with full access may give every role.',
  auth: ['apiKey', 'userToken'],
  capability: 'team.manage',
  input: {
    body: z.object({
      name: userName,
      email: userEmail,
      password: newPassword,
      role_id: numberId('a role'),
      inbox_ids: z.array(numberId('an inbox')).max(MOST_INBOXES, `has at most ${MOST_INBOXES} inboxes`).default([]),
    }),
  },
  output: shownUser,
  status: 201,
  errors: [
    'validation_failed',
    'weak_password',
    'unauthenticated',
    'forbidden',
    'capability_not_held',
    'email_taken',
    'try_again',
  ],
  needs: { main: 'readWrite' },
  idempotent: true,
  examples: {
    body: { name: 'Budi', email: 'budi@acme.co', password: 'minimal8', role_id: 3, inbox_ids: [1, 2] },
  },
  handler: async (ctx, { body: { role_id: roleId, inbox_ids: inboxIds, ...facts } }) =>
    showUser(ctx, await createUser(ctx, counters(), ctx.actor, { ...facts, roleId, inboxIds })),
})
