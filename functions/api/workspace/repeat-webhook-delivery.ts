import { z } from 'zod'
import { repeatDelivery } from '#domains/deliveries/repeat.ts'
import { isDelivering } from '#domains/webhooks/model.ts'
import { requireWebhook } from '#domains/webhooks/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'own POST /api/v1/webhooks/{id}/deliveries/{eventId}/repeat',
  group: 'webhooks',
  summary: 'Send a failed delivery of a webhook endpoint again',
  auth: ['apiKey', 'userToken'],
  capability: 'integrations.manage',
  input: { params: z.object({ id: z.string(), eventId: z.string() }) },
  output: z.object({ queued: z.literal(true) }),
  status: 202,
  errors: ['unauthenticated', 'forbidden', 'not_found', 'conflict'],
  needs: { main: 'read', deliveries: 'send' },
  handler: async (ctx, { params }) => {
    const webhook = await requireWebhook(ctx, ctx.actor.tenantId, params.id)
    const ref = { kind: 'webhook' as const, tenantId: webhook.tenantId, webhookId: webhook.id }
    return repeatDelivery(ctx, { ref, isActive: isDelivering(webhook, ctx.clock.nowMs()) }, params.eventId)
  },
})
