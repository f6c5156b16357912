import { z } from 'zod'
import { createContact } from '#domains/contacts/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { line } from '#kit/text.ts'
import { counters } from '#services'
import { contactRow, parseE164, rowOf } from './_contact.ts'

const optional = (most: number) =>
  line(most)
    .transform((text) => text || undefined)
    .optional()

export const operation = defineOperation({
  key: 'ceox POST /api/v1/contacts',
  group: 'contacts',
  summary: 'Add a contact',
  description: 'A number that a contact has already is refused with `contact_exists` and the id of that contact.',
  auth: ['apiKey', 'userToken'],
  capability: 'contacts.write',
  input: {
    body: z.object({
      name: optional(200),
      phone_e164: z.string().max(40).describe('With country code'),
      company: optional(200),
      segment: optional(60),
      email: z.union([z.literal('').transform(() => undefined), z.email()]).optional(),
    }),
  },
  output: contactRow,
  status: 201,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'contact_exists'],
  needs: { main: 'readWrite' },
  idempotent: true,
  examples: { body: { name: 'Budi', phone_e164: '+6281234567890', company: 'Acme', segment: 'vip' } },
  handler: async (ctx, { body: { phone_e164, ...facts } }) => {
    const { tenantId } = ctx.actor
    const phone = parseE164(phone_e164, 'phone_e164')
    return rowOf(await createContact(ctx, () => counters()(tenantId, 'contact'), { tenantId, phone, ...facts }))
  },
})
