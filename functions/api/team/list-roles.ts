import { z } from 'zod'
import { listRoles } from '#domains/users/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { roleRow, rowOf } from './_roles.ts'

export const operation = defineOperation({
  key: 'ceox GET /api/v1/roles',
  group: 'roles',
  summary: 'Roles with their capabilities',
  description:
    'Any key and any logged-in user may ask. Capabilities: `chats.send`, `broadcasts.manage`, `contacts.write`, `devices.manage`, ' +
    '`analytics.view`, `team.manage`, `inbox.manage`, `inbox.view_all`. A role may hold others, of other clients, which are not shown here.',
  auth: ['apiKey', 'userToken'],
  input: {},
  output: z.array(roleRow),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => (await listRoles(ctx, ctx.actor.tenantId)).map(rowOf),
})
