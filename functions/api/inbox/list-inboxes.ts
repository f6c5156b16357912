import { z } from 'zod'
import { listInboxes } from '#domains/inboxes/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { inboxRow, rowOf } from './_inboxes.ts'

export const operation = defineOperation({
  key: 'ceox GET /api/v1/inboxes',
  group: 'inboxes',
  summary: 'Inboxes with counts',
  description: 'All of the workspace: who manages inboxes sees those too that he is no member of.',
  auth: ['apiKey', 'userToken'],
  capability: 'inbox.manage',
  input: {},
  output: z.array(inboxRow),
  errors: ['unauthenticated', 'forbidden'],
  needs: { main: 'read' },
  handler: async (ctx) => (await listInboxes(ctx, ctx.actor.tenantId)).map(rowOf),
})
