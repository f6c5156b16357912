import { z } from 'zod'
import { deactivateUser } from '#domains/users/deactivate.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'
import { idParams } from './_users.ts'

export const operation = defineOperation({
  key: 'ceox DELETE /api/v1/users/{id}',
  group: 'users',
  summary: 'Delete a user',
  description:
    'The user can do nothing any more, his sessions end and he is in no inbox; what he wrote stays under his name. Nobody deletes himself (409 ' +
    '`cannot_remove_self`) or the last active user who holds `team.manage` (409 `last_admin`). A new user with the same address is the ' +
    'same user again.',
  auth: ['apiKey', 'userToken'],
  capability: 'team.manage',
  input: { params: idParams },
  output: z.object({ id: z.number().int(), deleted: z.boolean() }),
  errors: ['unauthenticated', 'forbidden', 'not_found', 'cannot_remove_self', 'last_admin', 'try_again'],
  needs: { main: 'readWrite', sockets: 'push' },
  handler: async (ctx, { params }) => {
    const id = requireNumber(params.id)
    await deactivateUser(ctx, ctx.actor, id)
    return { id, deleted: true }
  },
})
