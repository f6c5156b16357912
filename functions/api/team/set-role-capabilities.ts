import { z } from 'zod'
import { CAPABILITIES } from '#domains/users/model.ts'
import { changeRole } from '#domains/users/roles.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'
import { matrixRow, matrixRowOf, roleChangeErrors, roleChangeNeeds } from './_roles.ts'
import { idParams } from './_users.ts'

export const operation = defineOperation({
  key: 'own PUT /api/v1/roles/{id}/capabilities',
  group: 'roles',
  summary: 'Replace all capabilities of a role',
  description:
    'They count from the next request of everybody with this role, and their open WebSockets end. Nobody adds a capability that he does not ' +
    'hold himself (403); an API key with full access may add every one. `team.manage` stays where no other active user would hold it ' +
    '(409 `last_admin`).',
  auth: ['apiKey', 'userToken'],
  capability: 'team.manage',
  input: {
    params: idParams,
    body: z.object({ capabilities: z.array(z.enum(CAPABILITIES)).max(50) }),
  },
  output: matrixRow,
  errors: roleChangeErrors,
  needs: roleChangeNeeds,
  examples: { body: { capabilities: ['chats.send', 'keys.manage'] } },
  handler: async (ctx, { params, body: { capabilities } }) =>
    matrixRowOf(await changeRole(ctx, ctx.actor, requireNumber(params.id), { capabilities, known: CAPABILITIES })),
})
