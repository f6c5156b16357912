import { z } from 'zod'
import { deleteRole } from '#domains/users/roles.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'
import { idParams } from './_users.ts'

export const operation = defineOperation({
  key: 'ceox DELETE /api/v1/roles/{id}',
  group: 'roles',
  summary: 'Remove a custom role',
  description: 'Neither a role that users have nor a system role can be deleted (409).',
  auth: ['apiKey', 'userToken'],
  capability: 'team.manage',
  input: { params: idParams },
  output: z.object({ id: z.number().int(), deleted: z.boolean() }),
  errors: ['unauthenticated', 'forbidden', 'not_found', 'conflict', 'try_again'],
  needs: { main: 'readWrite' },
  handler: async (ctx, { params }) => {
    const id = requireNumber(params.id)
    await deleteRole(ctx, ctx.actor, id)
    return { id, deleted: true }
  },
})
