import { z } from 'zod'
import { showDeliveries, shownDelivery } from '#domains/deliveries/show-log.ts'
import { requireWebhook } from '#domains/webhooks/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/webhooks/{id}/deliveries',
  group: 'webhooks',
  summary: 'Deliveries of a webhook endpoint that did not succeed at once',
  description: 'The newest 100 of the last seven days. A delivery that succeeds at its first attempt leaves no entry.',
  auth: ['apiKey', 'userToken'],
  capability: 'integrations.manage',
  input: { params: z.object({ id: z.string() }) },
  output: z.array(shownDelivery),
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { params }) => {
    const { tenantId, id } = await requireWebhook(ctx, ctx.actor.tenantId, params.id)
    return showDeliveries(ctx, { kind: 'webhook', tenantId, webhookId: id })
  },
})
