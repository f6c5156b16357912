import { absent, type Key } from '#data/expressions.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { listShardsOf } from '../tenants/repo.ts'
import { contactCreated, contactUpdated } from './events.ts'
import { type Contact, contactKey, contactListKeys } from './model.ts'

/** What people write into a contact. */
export type ContactFacts = Partial<Pick<Contact, 'name' | 'company' | 'segment' | 'email'>>

const claimKey = (tenantId: string, phone: string): Key => ({ pk: `KX#${tenantId}#phone#${phone}`, sk: 'META' })

/** A contact of a tenant; for one that went up in another, that one. Throws `not_found`. */
export const getContact = async (ctx: Context, tenantId: string, id: number): Promise<Contact> => {
  const named = await ctx.main.get<Contact>(contactKey(tenantId, id))
  const contact =
    named?.mergedInto === undefined ? named : await ctx.main.get<Contact>(contactKey(tenantId, named.mergedInto))
  if (!contact) throw fail('not_found')
  return contact
}

/** The contacts that exist among these integers of a tenant. */
export const getContacts = async (
  ctx: Context,
  tenantId: string,
  ids: readonly number[],
): Promise<Map<number, Contact>> => {
  const found = await ctx.main.getMany<Contact>([...new Set(ids)].map((id) => contactKey(tenantId, id)))
  return new Map(found.map((contact) => [contact.id, contact]))
}

/** The contact with a phone number (digits). */
const findContactByPhone = async (ctx: Context, tenantId: string, phone: string): Promise<Contact | undefined> => {
  const claim = await ctx.main.get<{ contactId: number }>(claimKey(tenantId, phone))
  return claim && ctx.main.get<Contact>(contactKey(tenantId, claim.contactId))
}

/** Makes a contact with a phone number (digits). Throws `contact_exists`, naming it, when somebody has the number already. */
export const createContact = async (
  ctx: Context,
  nextId: () => Promise<number>,
  { tenantId, phone, ...facts }: { tenantId: string; phone: string } & ContactFacts,
): Promise<Contact> => {
  const taken = await findContactByPhone(ctx, tenantId, phone)
  if (taken) throw fail('contact_exists', { data: { id: taken.id } })
  const id = await nextId()
  const now = isoTime(ctx.clock.nowMs())
  const listShard = id % (await listShardsOf(ctx, tenantId))
  const contact: Contact = { id, tenantId, phone, ...facts, createdAt: now, updatedAt: now, listShard }
  const outcome = await ctx.main.transact([
    {
      put: { ...contactKey(tenantId, id), ...contactListKeys(contact), ...contact },
      condition: absent,
      events: [raise(contactCreated, ctx.clock.nowMs())],
    },
    { put: { ...claimKey(tenantId, phone), contactId: id }, condition: absent },
  ])
  if (outcome.ok) return contact
  const winner = await findContactByPhone(ctx, tenantId, phone)
  throw fail('contact_exists', { data: { id: winner?.id } })
}

/** Changes what people wrote into a contact; null removes a fact. Gives it as it is then. Throws `not_found`. */
export const updateContact = async (
  ctx: Context,
  tenantId: string,
  id: number,
  change: { [Name in keyof ContactFacts]?: string | null },
): Promise<Contact> => {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const before = await getContact(ctx, tenantId, id)
    const given = Object.entries(change).filter(([, value]) => value !== undefined)
    const after: Contact = {
      ...before,
      ...Object.fromEntries(given.map(([name, value]) => [name, value ?? undefined])),
    }
    const changed = given.map(([name]) => name as keyof ContactFacts).filter((name) => before[name] !== after[name])
    if (changed.length === 0) return before
    const updatedAt = isoTime(ctx.clock.nowMs())
    const outcome = await ctx.main.update<Contact>(contactKey(tenantId, before.id), {
      set: { ...Object.fromEntries(changed.map((name) => [name, after[name]])), updatedAt, ...contactListKeys(after) },
      remove: changed.filter((name) => after[name] === undefined),
      // The place in the list follows from all names together.
      condition: before.updatedAt
        ? { text: 'attribute_exists(#pk) AND #updatedAt = :seen', values: { seen: before.updatedAt } }
        : { text: 'attribute_exists(#pk) AND attribute_not_exists(#updatedAt)' },
      events: [raise(contactUpdated, ctx.clock.nowMs(), { changed })],
    })
    if ('item' in outcome) return outcome.item
  }
  throw fail('conflict', { message: 'The contact is changed by others at this moment. Try again.' })
}
