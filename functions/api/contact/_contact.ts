import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { z } from 'zod'
import { type Contact, contactName } from '#domains/contacts/model.ts'
import { fail } from '#kit/errors.ts'

/** A contact of the workspace. */
export const contactRow = z.object({
  id: z.number().int(),
  name: z.string().describe('As people named it, or as it calls itself; the number where neither is known'),
  profile_name: z.string().describe('As it calls itself on WhatsApp'),
  phone_e164: z.string().describe('With +; empty for somebody who hides the number'),
  wa_lid: z.string().describe('Hidden id (LID)'),
  company: z.string(),
  segment: z.string(),
  email: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
})

/** A contact as a row. */
export const rowOf = (contact: Contact): z.input<typeof contactRow> => ({
  id: contact.id,
  name: contactName(contact),
  profile_name: contact.profileName ?? '',
  phone_e164: contact.phone ? `+${contact.phone}` : '',
  wa_lid: contact.lid ?? '',
  company: contact.company ?? '',
  segment: contact.segment ?? '',
  email: contact.email ?? '',
  created_at: contact.createdAt,
  updated_at: contact.updatedAt ?? contact.createdAt,
})

/** Digits of a phone number in E.164 form; the plus may be left out. Throws `validation_failed` naming `field`. */
export const parseE164 = (text: string, field: string): string => {
  const number = /^[+\d\s().-]+$/.test(text) ? parsePhoneNumberFromString(`+${text.replace(/\D/g, '')}`) : undefined
  if (number?.isPossible()) return number.number.slice(1)
  const message = 'must be a phone number with country code, such as +6281234567890'
  throw fail('validation_failed', { details: [{ path: field, message }] })
}
