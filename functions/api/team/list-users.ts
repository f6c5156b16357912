import { z } from 'zod'
import { listUsers } from '#domains/users/repo.ts'
import { shownUser, showUsers } from '#domains/users/show-ceox.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'ceox GET /api/v1/users',
  group: 'users',
  summary: 'Users with role and inboxes',
  description: 'Any key and any logged-in user may ask. Deleted users are not shown.',
  auth: ['apiKey', 'userToken'],
  input: {},
  output: z.array(shownUser),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => showUsers(ctx, ctx.actor.tenantId, await listUsers(ctx, ctx.actor.tenantId)),
})
