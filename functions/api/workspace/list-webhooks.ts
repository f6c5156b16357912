import { z } from 'zod'
import { listWebhooks } from '#domains/webhooks/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { rowOf, webhookRow } from './_webhooks.ts'

export const operation = defineOperation({
  key: 'ceox GET /api/v1/webhooks',
  group: 'webhooks',
  summary: 'Registered webhook endpoints',
  auth: ['apiKey', 'userToken'],
  capability: 'integrations.manage',
  input: {},
  output: z.array(webhookRow),
  errors: ['unauthenticated', 'forbidden'],
  needs: { main: 'read' },
  // Those of tokens are other clients' own, with another payload.
  handler: async (ctx) =>
    (await listWebhooks(ctx, ctx.actor.tenantId)).filter(({ style }) => style === 'ceox').map(rowOf),
})
