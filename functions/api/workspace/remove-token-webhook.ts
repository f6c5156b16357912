import { z } from 'zod'
import { removeTokenWebhook, requireTokenWebhook } from '#domains/guide/webhooks.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { callingToken } from './_tokens.ts'

export const operation = defineOperation({
  key: 'guide DELETE /api/v1/webhooks/{id}',
  group: 'Webhooks',
  summary: 'Remove a webhook',
  auth: ['matrixToken'],
  input: { params: z.object({ id: z.string() }) },
  output: z.object({ message: z.string() }),
  errors: ['unauthenticated', 'not_found'],
  needs: { main: 'readWrite' },
  handler: async (ctx, { params }) => {
    await removeTokenWebhook(ctx, await requireTokenWebhook(ctx, await callingToken(ctx), params.id))
    return { message: 'Webhook deleted successfully' }
  },
})
