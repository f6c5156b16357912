import { z } from 'zod'
import { changeRole } from '#domains/users/roles.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'
import { capability, roleChangeErrors, roleChangeNeeds, roleName, roleRow, rowOf } from './_roles.ts'
import { idParams } from './_users.ts'

export const operation = defineOperation({
  key: 'ceox PATCH /api/v1/roles/{id}',
  group: 'roles',
  summary: 'Rename a role, replace its capabilities',
  description:
    '`capabilities` replaces the set, of those that the list of roles shows; others that the role holds stay. It counts from the next request ' +
    'of everybody with this role, and ends their open WebSockets. System roles cannot be renamed (409). Nobody adds a capability that ' +
    'he does not hold himself (403); an API key with full access may add every one. `team.manage` stays where no other active user ' +
    'would hold it (409 `last_admin`).',
  auth: ['apiKey', 'userToken'],
  capability: 'team.manage',
  input: {
    params: idParams,
    body: z.object({ name: roleName.optional(), capabilities: z.array(capability).max(50).optional() }),
  },
  output: roleRow,
  errors: roleChangeErrors,
  needs: roleChangeNeeds,
  examples: { body: { name: 'Supervisor', capabilities: ['chats.send', 'analytics.view'] } },
  handler: async (ctx, { params, body }) => rowOf(await changeRole(ctx, ctx.actor, requireNumber(params.id), body)),
})
