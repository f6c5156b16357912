import { defineOperation } from '#kit/define-operation.ts'
import { connectionDetail, connectionParams, detailOf, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/wa-connections/{id}',
  group: 'Connections',
  summary: 'One connection with its last transitions',
  auth: MANAGERS,
  input: { params: connectionParams },
  output: connectionDetail,
  errors: ['unauthenticated', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { params }) => detailOf(await requireConnection(ctx, params.id), ctx.clock.nowMs()),
})
