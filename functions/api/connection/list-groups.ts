import { z } from 'zod'
import { listGroups } from '#domains/groups/ask.ts'
import { assertCanSend } from '#domains/messages/send-rules.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { connectionParams, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/wa-connections/{id}/groups',
  group: 'Connections',
  summary: 'Groups a connection has joined',
  auth: MANAGERS,
  input: { params: connectionParams },
  output: z.array(
    z.object({ jid: z.string(), name: z.string(), topic: z.string(), size: z.number().int(), isAnnounce: z.boolean() }),
  ),
  errors: ['unauthenticated', 'not_found', 'device_not_connected', 'device_logged_out', 'upstream_timeout'],
  needs: { main: 'read', session: 'read', commands: 'send' },
  handler: async (ctx, { params }) => {
    const device = await requireConnection(ctx, params.id)
    assertCanSend(device, 'device')
    const groups = await listGroups(commandPort(), device, false)
    return groups.map(({ jid, name, topic, size, isAnnounce }) => ({
      jid,
      name,
      topic: topic?.text ?? '',
      size,
      isAnnounce,
    }))
  },
})
