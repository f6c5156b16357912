import { z } from 'zod'
import { MOST_INBOXES } from '#domains/inboxes/model.ts'
import { changeUser } from '#domains/users/change.ts'
import type { User } from '#domains/users/model.ts'
import { shownUser, showUser } from '#domains/users/show-ceox.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { numberId, requireNumber } from '#kit/number-id.ts'
import { idParams, userEmail, userName } from './_users.ts'

const PRESENCE: Record<'online' | 'idle' | 'offline', User['presence']> = {
  online: 'ONLINE',
  idle: 'IDLE',
  offline: 'OFFLINE',
}

export const operation = defineOperation({
  key: 'ceox PATCH /api/v1/users/{id}',
  group: 'users',
  summary: 'Change part of a user',
  description:
    'Any subset of the fields. `inbox_ids` replaces the memberships. Another role ends the sessions of the user; other inboxes end his open ' +
    'WebSockets, which see the new ones when they are opened again. The last active user who holds `team.manage` keeps it (409 `last_admin`). ' +
    'Nobody gives a role with capabilities that he does not hold himself, or another address to a user who may more than he does, because ' +
    'an address is a way to sign in (403); an API key with full access may do both.',
  auth: ['apiKey', 'userToken'],
  capability: 'team.manage',
  input: {
    params: idParams,
    body: z.object({
      name: userName.optional(),
      email: userEmail.optional(),
      role_id: numberId('a role').optional(),
      status: z.enum(['online', 'idle', 'offline']).optional(),
      inbox_ids: z.array(numberId('an inbox')).max(MOST_INBOXES, `has at most ${MOST_INBOXES} inboxes`).optional(),
    }),
  },
  output: shownUser,
  errors: [
    'validation_failed',
    'unauthenticated',
    'forbidden',
    'capability_not_held',
    'not_found',
    'email_taken',
    'last_admin',
    'try_again',
  ],
  needs: { main: 'readWrite', sockets: 'push' },
  examples: { body: { name: 'Budi S.', email: 'budi@acme.co', role_id: 2, status: 'online', inbox_ids: [1] } },
  handler: async (ctx, { params, body: { name, email, role_id, status, inbox_ids } }) => {
    const user = await changeUser(ctx, ctx.actor, requireNumber(params.id), {
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email }),
      ...(role_id !== undefined && { roleId: role_id }),
      ...(status !== undefined && { presence: PRESENCE[status] }),
      ...(inbox_ids !== undefined && { inboxIds: inbox_ids }),
    })
    return showUser(ctx, user)
  },
})
