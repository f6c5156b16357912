import { z } from 'zod'
import { listTokenWebhooks } from '#domains/guide/webhooks.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { callingToken, tokenWebhook, tokenWebhookRow } from './_tokens.ts'

export const operation = defineOperation({
  key: 'guide GET /api/v1/webhooks',
  group: 'Webhooks',
  summary: 'Webhooks of the token',
  auth: ['matrixToken'],
  input: {},
  output: z.array(tokenWebhook),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => (await listTokenWebhooks(ctx, await callingToken(ctx))).map(tokenWebhookRow),
})
