import { z } from 'zod'
import { listDeviceContacts } from '#domains/devices/contacts.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { EITHER, requireSession, tokenQuery } from './_session.ts'

const contact = z.object({ id: z.string(), phone: z.string(), lid: z.string(), name: z.string(), notify: z.string() })

export const operation = defineOperation({
  key: 'manager GET /api/contacts',
  group: 'API Documentation',
  summary: 'Saved contacts of a token',
  auth: EITHER,
  input: { query: tokenQuery },
  output: z.object({ data: z.array(contact) }),
  errors: ['validation_failed', 'unauthenticated', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { query }) => {
    const device = await requireSession(ctx, query.token)
    const contacts = await listDeviceContacts(ctx, device.id)
    return {
      data: contacts.map(({ jid, phone, lid, fullName, businessName, pushName }) => ({
        id: jid,
        phone: phone ?? '',
        lid: lid ? `${lid}@lid` : '',
        name: fullName ?? businessName ?? pushName ?? phone ?? '',
        notify: pushName ?? '',
      })),
    }
  },
})
