import { z } from 'zod'
import { listDeviceContacts } from '#domains/devices/contacts.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { hasLogin } from '#domains/devices/status.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'

const contact = z.object({
  BusinessName: z.string(),
  FirstName: z.string(),
  Found: z.boolean(),
  FullName: z.string(),
  PushName: z.string(),
  LID: z.string().describe('Hidden id of the person as JID, as far as known'),
})

export const operation = defineOperation({
  key: 'digigo GET /user/contacts',
  group: 'User',
  summary: 'All contacts of the account',
  auth: ['deviceToken'],
  input: {},
  output: z.record(z.string(), contact),
  envelope: 'bare',
  errors: ['unauthenticated', 'no_session'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const device = await ownDevice(ctx, ctx.actor)
    if (!hasLogin(device)) throw fail('no_session')
    const contacts = await listDeviceContacts(ctx, device.id)
    return Object.fromEntries(
      contacts.map(({ jid, businessName, firstName, fullName, pushName, lid }) => [
        jid,
        {
          BusinessName: businessName ?? '',
          FirstName: firstName ?? '',
          Found: true,
          FullName: fullName ?? '',
          PushName: pushName ?? '',
          LID: lid ? `${lid}@lid` : '',
        },
      ]),
    )
  },
})
