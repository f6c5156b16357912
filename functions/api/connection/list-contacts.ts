import { z } from 'zod'
import { listDeviceContacts } from '#domains/devices/contacts.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { connectionParams, MANAGERS, requireConnection } from './_connection.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/wa-connections/{id}/contacts',
  group: 'Connections',
  summary: 'The address book of a connection',
  auth: MANAGERS,
  input: { params: connectionParams },
  output: z.array(z.object({ jid: z.string(), phone: z.string(), lid: z.string(), name: z.string() })),
  errors: ['unauthenticated', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { params }) => {
    const device = await requireConnection(ctx, params.id)
    return (await listDeviceContacts(ctx, device.id)).map(({ jid, phone, lid, fullName, businessName, pushName }) => ({
      jid,
      phone: phone ? `+${phone}` : '',
      lid: lid ? `${lid}@lid` : '',
      name: fullName ?? businessName ?? pushName ?? '',
    }))
  },
})
