import { z } from 'zod'
import { listRoles } from '#domains/users/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { matrixRow, matrixRowOf } from './_roles.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/role-capabilities',
  group: 'roles',
  summary: 'Roles with all their capabilities',
  description:
    'Also those that the list of roles does not show, because it knows fewer: keys, integrations, settings and so on.',
  auth: ['apiKey', 'userToken'],
  capability: 'team.manage',
  input: {},
  output: z.array(matrixRow),
  errors: ['unauthenticated', 'forbidden'],
  needs: { main: 'read' },
  handler: async (ctx) => (await listRoles(ctx, ctx.actor.tenantId)).map(matrixRowOf),
})
