import { z } from 'zod'
import { repeatDelivery } from '#domains/deliveries/repeat.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own POST /api/v1/wa-connections/{id}/deliveries/{eventId}/repeat',
  group: 'Connections',
  summary: 'Send a failed webhook delivery again',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: { params: z.object({ id: z.string(), eventId: z.string() }) },
  output: z.object({ queued: z.literal(true) }),
  status: 202,
  errors: ['unauthenticated', 'forbidden', 'not_found', 'conflict'],
  needs: { main: 'read', deliveries: 'send' },
  handler: async (ctx, { params }) => {
    const { id, tenantId, webhook } = await requireConnection(ctx, params.id)
    const ref = { kind: 'device' as const, tenantId, deviceId: id }
    return repeatDelivery(ctx, { ref, isActive: webhook?.active === true }, params.eventId)
  },
})
