import { z } from 'zod'
import { createWebhook } from '#domains/webhooks/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { counters } from '#services'
import { rowOf, webhookRow } from './_webhooks.ts'

export const operation = defineOperation({
  key: 'ceox POST /api/v1/webhooks',
  group: 'webhooks',
  summary: 'Register a webhook endpoint',
  description:
    'Every inbound message is POSTed to the URL. With a secret, the body is signed: `X-CEOX-Signature: sha256=<hex>`.',
  auth: ['apiKey', 'userToken'],
  capability: 'integrations.manage',
  input: {
    body: z.object({
      url: z.string().min(1).max(2048),
      secret: z.string().max(1024).optional(),
    }),
  },
  output: webhookRow,
  status: 201,
  errors: ['validation_failed', 'unsafe_url', 'unauthenticated', 'forbidden'],
  needs: { main: 'readWrite' },
  idempotent: true,
  examples: { body: { url: 'https://example.com/hook', secret: 'a-secret-of-yours' } },
  handler: async (ctx, { body }) =>
    rowOf(await createWebhook(ctx, counters(), { tenantId: ctx.actor.tenantId, style: 'ceox', ...body })),
})
