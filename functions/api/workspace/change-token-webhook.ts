import { z } from 'zod'
import { changeTokenWebhook, requireTokenWebhook } from '#domains/guide/webhooks.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { callingToken, tokenWebhook, tokenWebhookRow } from './_tokens.ts'

export const operation = defineOperation({
  key: 'guide PUT /api/v1/webhooks/{id}',
  group: 'Webhooks',
  summary: 'Change a webhook',
  description: 'What is left out stays. A webhook that is not active gets nothing, and misses what comes meanwhile.',
  auth: ['matrixToken'],
  input: {
    params: z.object({ id: z.string() }),
    body: z.object({ url: z.string().min(1).max(2048).optional(), active: z.boolean().optional() }),
  },
  output: tokenWebhook,
  errors: ['validation_failed', 'unsafe_url', 'unauthenticated', 'not_found', 'conflict'],
  needs: { main: 'readWrite' },
  examples: { body: { url: 'https://new-url.com/webhook', active: false } },
  handler: async (ctx, { params, body }) => {
    const token = await callingToken(ctx)
    const webhook = await requireTokenWebhook(ctx, token, params.id)
    return tokenWebhookRow(await changeTokenWebhook(ctx, token, webhook, body))
  },
})
