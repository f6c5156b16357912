import { z } from 'zod'
import { createInbox } from '#domains/inboxes/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { counters } from '#services'
import { inboxFields, inboxRow, rowOf } from './_inboxes.ts'

export const operation = defineOperation({
  key: 'ceox POST /api/v1/inboxes',
  group: 'inboxes',
  summary: 'Add an inbox',
  description: 'Description and colour are optional; the colour only marks it in a user interface.',
  auth: ['apiKey', 'userToken'],
  capability: 'inbox.manage',
  input: {
    body: z.object({
      name: inboxFields.name,
      description: inboxFields.description.default(''),
      color: inboxFields.color.default(''),
    }),
  },
  output: inboxRow,
  status: 201,
  errors: ['validation_failed', 'unauthenticated', 'forbidden'],
  needs: { main: 'readWrite' },
  idempotent: true,
  examples: { body: { name: 'Sales', description: 'Sales team', color: '#16a34a' } },
  handler: async (ctx, { body }) => rowOf(await createInbox(ctx, counters(), ctx.actor, body)),
})
