import { z } from 'zod'
import { createRole } from '#domains/users/roles.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { counters } from '#services'
import { roleName, roleRow, rowOf } from './_roles.ts'

export const operation = defineOperation({
  key: 'ceox POST /api/v1/roles',
  group: 'roles',
  summary: 'Add a custom role',
  description: 'It has no capabilities yet: PATCH gives it some.',
  auth: ['apiKey', 'userToken'],
  capability: 'team.manage',
  input: { body: z.object({ name: roleName }) },
  output: roleRow,
  status: 201,
  errors: ['validation_failed', 'unauthenticated', 'forbidden'],
  needs: { main: 'readWrite' },
  idempotent: true,
  examples: { body: { name: 'Supervisor' } },
  handler: async (ctx, { body }) => rowOf(await createRole(ctx, counters(), ctx.actor, body.name)),
})
