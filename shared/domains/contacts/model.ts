import type { Key } from '#data/expressions.ts'

/** A person, with both addresses WhatsApp may use. Claims keep each address unique inside the tenant. */
export type Contact = {
  /** Per-tenant integer. */
  id: number
  tenantId: string
  /** Digits without `+`. */
  phone?: string
  /** User part of the LID. */
  lid?: string
  /** Set by people; wins over the name the person chose on WhatsApp. */
  name?: string
  profileName?: string
  company?: string
  segment?: string
  email?: string
  createdAt: string
  updatedAt?: string
  listShard?: number
  /** It was another contact for the same person, and went up in this one. */
  mergedInto?: number
}

/** Key of a contact. */
export const contactKey = (tenantId: string, id: number): Key => ({ pk: `K#${tenantId}#${id}`, sk: 'META' })

/** Partition of a tenant's list of contacts in the first index. */
export const contactPartition = (tenantId: string, shard: number): string => `KL#${tenantId}#${shard}`

/** What a contact is called: as people named it, as it calls itself, or its number. */
export const contactName = ({
  name,
  profileName,
  phone,
  lid,
}: Omit<Contact, 'id' | 'tenantId' | 'createdAt'>): string => name || profileName || (phone ? `+${phone}` : (lid ?? ''))

/** Text as it is compared: without case and accents. */
export const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Index keys that list a contact by its name. */
export const contactListKeys = (contact: Contact): { gsi1pk: string; gsi1sk: string } => ({
  gsi1pk: contactPartition(contact.tenantId, contact.listShard ?? 0),
  gsi1sk: `${folded(contactName(contact)).slice(0, 64)}#${String(contact.id).padStart(10, '0')}`,
})

/** Both addresses of the other side of a chat, as far as known: JIDs without device part. A group has only `group`. */
export type Address = { pn?: string; lid?: string; group?: string }

/** User part of a JID. */
export const userOf = (jid: string): string => jid.split(/[:@]/)[0] ?? jid
