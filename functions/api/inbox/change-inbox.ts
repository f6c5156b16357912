import { z } from 'zod'
import { changeInbox } from '#domains/inboxes/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'
import { inboxFields, inboxParams, inboxRow, rowOf } from './_inboxes.ts'

export const operation = defineOperation({
  key: 'ceox PATCH /api/v1/inboxes/{id}',
  group: 'inboxes',
  summary: 'Change part of an inbox',
  description: 'Any subset of name, description and colour.',
  auth: ['apiKey', 'userToken'],
  capability: 'inbox.manage',
  input: { params: inboxParams, body: z.object(inboxFields).partial() },
  output: inboxRow,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'readWrite' },
  examples: { body: { name: 'Sales APAC' } },
  handler: async (ctx, { params, body }) =>
    rowOf(await changeInbox(ctx, ctx.actor.tenantId, requireNumber(params.id), body)),
})
