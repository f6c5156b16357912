import { z } from 'zod'
import { endSession } from '#domains/devices/connection.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'
import { connectionDetail, connectionParams, detailOf, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own POST /api/v1/wa-connections/{id}/logout',
  group: 'Connections',
  summary: 'End the login at WhatsApp and here',
  description:
    '`told` is false when WhatsApp was not reached: then the phone lists the device until it is removed there.',
  auth: MANAGERS,
  capability: 'devices.manage',
  input: { params: connectionParams },
  output: z.object({ connection: connectionDetail, told: z.boolean() }),
  errors: ['unauthenticated', 'forbidden', 'not_found', 'conflict', 'upstream_timeout'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  handler: async (ctx, { params }) => {
    const ended = await endSession(ctx, commandPort(), await requireConnection(ctx, params.id))
    if (!ended) throw fail('conflict', { message: 'The connection is not logged in.' })
    return { connection: detailOf(await requireConnection(ctx, params.id), ctx.clock.nowMs()), told: ended.told }
  },
})
