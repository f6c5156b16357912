import { z } from 'zod'
import { showDeliveries, shownDelivery } from '#domains/deliveries/show-log.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { connectionParams, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/wa-connections/{id}/deliveries',
  group: 'Connections',
  summary: 'Webhook deliveries of a connection that did not succeed at once',
  description: 'The newest 100 of the last seven days. A delivery that succeeds at its first attempt leaves no entry.',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: { params: connectionParams },
  output: z.array(shownDelivery),
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { params }) => {
    const { id, tenantId } = await requireConnection(ctx, params.id)
    return showDeliveries(ctx, { kind: 'device', tenantId, deviceId: id })
  },
})
