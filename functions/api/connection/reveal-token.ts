import { z } from 'zod'
import { tokenOf } from '#domains/devices/lookup.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { connectionParams, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/wa-connections/{id}/token',
  group: 'Connections',
  summary: 'The device token, in clear',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: { params: connectionParams },
  output: z.object({ token: z.string() }),
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'read', platformSecret: 'read' },
  handler: async (ctx, { params }) => ({ token: await tokenOf(await requireConnection(ctx, params.id)) }),
})
