import type { Key } from '#data/expressions.ts'
import type { Context } from '#kit/context.ts'
import { listShardsOf } from '../tenants/repo.ts'
import { type Contact, contactName, contactPartition, folded } from './model.ts'

/** What of a tenant's contacts is wanted: those whose name, number or company has `search` in it, after the one at `after`. */
type Wanted = { search?: string; limit: number; after?: string }

/** Contacts that are looked at for each one that was asked for, before the caller gets what was found and goes on himself. */
const LOOKED_AT_PER_ROW = 5
const AT_ONCE = 250

type Entry = Key & { gsi1sk: string }

/** Whether a contact fits the words: all of them in its names, or their digits in its number. */
export const fitsSearch = (contact: Contact, search: string): boolean => {
  const text = folded([contactName(contact), contact.profileName, contact.company, contact.email].join(' '))
  const digits = /^[+\d\s().-]+$/.test(search) ? search.replace(/\D/g, '') : ''
  if (digits.length >= 3 && contact.phone?.includes(digits)) return true
  return folded(search)
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => text.includes(word))
}

const entriesAfter = async (
  ctx: Context,
  tenantId: string,
  after: string | undefined,
  count: number,
): Promise<Entry[]> => {
  const shards = Array.from({ length: await listShardsOf(ctx, tenantId) }, (_, shard) => shard)
  const pages = await Promise.all(
    shards.map((shard) =>
      ctx.main.query<Entry>({ pk: contactPartition(tenantId, shard), index: 'gsi1', after, limit: count }),
    ),
  )
  return pages
    .flatMap(({ items }) => items)
    .sort((one, other) => (one.gsi1sk < other.gsi1sk ? -1 : 1))
    .slice(0, count)
}

/**
 * Contacts of a tenant by name, and where to go on. Of those that do not fit a search at most five are read for each that is asked
 * for: then a page has fewer, and `next` all the same.
 */
export const listContacts = async (
  ctx: Context,
  tenantId: string,
  { search, limit, after }: Wanted,
): Promise<{ items: Contact[]; next: string | undefined }> => {
  const items: Contact[] = []
  let place = after
  for (let left = search ? limit * LOOKED_AT_PER_ROW : limit; left > 0; ) {
    const count = Math.min(AT_ONCE, left)
    const entries = await entriesAfter(ctx, tenantId, place, count)
    const found = await ctx.main.getMany<Contact & Key>(entries.map(({ pk, sk }) => ({ pk, sk })))
    const byKey = new Map(found.map((contact) => [contact.pk, contact]))
    for (const { pk, gsi1sk } of entries) {
      const contact = byKey.get(pk)
      place = gsi1sk
      if (contact && contact.mergedInto === undefined && (!search || fitsSearch(contact, search))) items.push(contact)
      if (items.length === limit) break
    }
    left -= entries.length
    if (items.length < limit && entries.length < count) return { items, next: undefined }
    if (items.length === limit) break
  }
  const [more] = await entriesAfter(ctx, tenantId, place, 1)
  return { items, next: more && place }
}
