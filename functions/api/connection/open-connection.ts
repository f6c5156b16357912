import { requestOnline } from '#domains/devices/connection.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { connectionDetail, connectionParams, detailOf, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own POST /api/v1/wa-connections/{id}/connect',
  group: 'Connections',
  summary: 'Connect, or begin to pair',
  description:
    'Answers at once; events `device.qr`, `device.connected` and the others tell what comes of it. A connection that stands is left alone.',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: { params: connectionParams },
  output: connectionDetail,
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  handler: async (ctx, { params }) => {
    const device = await requireConnection(ctx, params.id)
    return detailOf(await requestOnline(ctx, commandPort(), device), ctx.clock.nowMs())
  },
})
