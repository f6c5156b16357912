import { z } from 'zod'
import { deleteWebhook } from '#domains/webhooks/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'

export const operation = defineOperation({
  key: 'ceox DELETE /api/v1/webhooks/{id}',
  group: 'webhooks',
  summary: 'Remove a webhook endpoint',
  auth: ['apiKey', 'userToken'],
  capability: 'integrations.manage',
  input: { params: z.object({ id: z.string() }) },
  output: z.object({ id: z.number().int(), deleted: z.boolean() }),
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'readWrite' },
  handler: async (ctx, { params }) => {
    const id = requireNumber(params.id)
    await deleteWebhook(ctx, ctx.actor.tenantId, id)
    return { id, deleted: true }
  },
})
