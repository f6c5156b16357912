import { z } from 'zod'
import { defineEvent, type Image } from '#kit/define-event.ts'

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const contactFacts = z.object({
  id: z.number().int(),
  phone: z.string().optional().describe('Digits'),
  lid: z.string().optional().describe('Hidden id (LID)'),
  name: z.string().optional().describe('As people named it'),
  profileName: z.string().optional().describe('As it calls itself on WhatsApp'),
  company: z.string().optional(),
  segment: z.string().optional(),
  email: z.string().optional(),
})

const project = (image: Image): z.input<typeof contactFacts> => ({
  id: Number(image.id),
  phone: text(image.phone),
  lid: text(image.lid),
  name: text(image.name),
  profileName: text(image.profileName),
  company: text(image.company),
  segment: text(image.segment),
  email: text(image.email),
})

/** Somebody new. */
export const contactCreated = defineEvent({
  type: 'contact.created',
  version: 1,
  summary: 'A contact was made: by a request, or by the first message with somebody.',
  data: contactFacts,
  project,
})

/** A contact has other facts. */
export const contactUpdated = defineEvent({
  type: 'contact.updated',
  version: 1,
  summary: 'Facts of a contact were changed.',
  data: contactFacts.extend({ changed: z.array(z.string()).describe('Names of the facts') }),
  project: (image, facts) => ({ ...project(image), changed: facts.changed as string[] }),
})

/** A person in the address book of an account: added, given another name, or taken out. */
export const addressBookChanged = defineEvent({
  type: 'address_book.changed',
  version: 1,
  summary: 'A person was added to the address book of the account, got another name in it, or was taken out.',
  data: z.object({
    jid: z.string().describe('Address under which the person is kept'),
    phone: z.string().optional().describe('Phone number, digits, where it is known'),
    lid: z.string().optional().describe('Hidden id (LID), where it is known'),
    name: z.string().optional().describe('The name; absent when the person was taken out'),
    firstName: z.string().optional(),
    source: z.enum(['api', 'phone']).describe('Who made the change: a caller of the API, or the person on the phone'),
  }),
  project: (image, facts) => ({
    jid: String(image.jid),
    phone: image.phone as string | undefined,
    lid: image.lid as string | undefined,
    name: image.fullName as string | undefined,
    firstName: image.firstName as string | undefined,
    source: facts.source as 'api',
  }),
})
