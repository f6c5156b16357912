import { goOffline } from '#domains/devices/connection.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { connectionDetail, connectionParams, detailOf, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own POST /api/v1/wa-connections/{id}/disconnect',
  group: 'Connections',
  summary: 'Disconnect and keep the login',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: { params: connectionParams },
  output: connectionDetail,
  errors: ['unauthenticated', 'forbidden', 'not_found', 'upstream_timeout'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  handler: async (ctx, { params }) => {
    await goOffline(ctx, commandPort(), await requireConnection(ctx, params.id))
    return detailOf(await requireConnection(ctx, params.id), ctx.clock.nowMs())
  },
})
