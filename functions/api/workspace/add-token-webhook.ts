import { z } from 'zod'
import { createTokenWebhook } from '#domains/guide/webhooks.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { counters } from '#services'
import { callingToken, tokenWebhook, tokenWebhookRow } from './_tokens.ts'

export const operation = defineOperation({
  key: 'guide POST /api/v1/webhooks',
  group: 'Webhooks',
  summary: 'Set a webhook for the token',
  description:
    'Every message that a device of the token receives is POSTed to the URL, its media inside as base64 (up to 16 MB; `content` of a ' +
    'larger file is null). The webhook ends with the token.',
  auth: ['matrixToken'],
  input: { body: z.object({ url: z.string().min(1).max(2048) }) },
  output: tokenWebhook,
  status: 201,
  errors: ['validation_failed', 'unsafe_url', 'unauthenticated', 'conflict'],
  needs: { main: 'readWrite' },
  idempotent: true,
  examples: { body: { url: 'https://your-server.com/webhook' } },
  handler: async (ctx, { body }) =>
    tokenWebhookRow(await createTokenWebhook(ctx, counters(), await callingToken(ctx), body.url)),
})
