import { z } from 'zod'
import { logOutAndRemove } from '#domains/devices/remove.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { connectionParams, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own DELETE /api/v1/wa-connections/{id}',
  group: 'Connections',
  summary: 'Log a connection out and delete it with its token',
  description: 'Its conversations and messages stay.',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: { params: connectionParams },
  output: z.object({ id: z.number().int(), deleted: z.literal(true) }),
  errors: ['unauthenticated', 'forbidden', 'not_found', 'try_again'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  handler: async (ctx, { params }) => {
    const device = await requireConnection(ctx, params.id)
    await logOutAndRemove(ctx, commandPort(), device)
    return { id: device.number, deleted: true as const }
  },
})
