import { z } from 'zod'
import { listMembers } from '#domains/inboxes/members.ts'
import { shownUser, showUsers } from '#domains/users/show-ceox.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'
import { inboxParams } from './_inboxes.ts'

export const operation = defineOperation({
  key: 'ceox GET /api/v1/inboxes/{id}/members',
  group: 'inboxes',
  summary: 'Members of an inbox',
  description: 'Users who see everything because of `inbox.view_all` are members only if they were added.',
  auth: ['apiKey', 'userToken'],
  capability: 'inbox.manage',
  input: { params: inboxParams },
  output: z.array(shownUser),
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { params }) =>
    showUsers(ctx, ctx.actor.tenantId, await listMembers(ctx, ctx.actor.tenantId, requireNumber(params.id))),
})
