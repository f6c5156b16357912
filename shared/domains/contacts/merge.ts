import { absent, type Condition, type Key } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import { delay, isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { isBusy } from '#kit/errors.ts'
import { contactUpdated } from './events.ts'
import { type Address, type Contact, contactKey, contactListKeys, userOf } from './model.ts'

/** Key of the claim of a contact on an address; each address belongs to one contact of a tenant. */
export const contactClaim = (tenantId: string, kind: 'phone' | 'lid', value: string): Key => ({
  pk: `KX#${tenantId}#${kind}#${value}`,
  sk: 'META',
})

type Facts = Pick<Contact, 'phone' | 'lid'>

const factsOf = ({ pn, lid }: Address): Facts => ({ phone: pn && userOf(pn), lid: lid && userOf(lid) })

const claimsOf = (tenantId: string, { phone, lid }: Facts): Key[] => [
  ...(phone ? [contactClaim(tenantId, 'phone', phone)] : []),
  ...(lid ? [contactClaim(tenantId, 'lid', lid)] : []),
]

/** What people noted of a contact; where both have it, that of the one that stays counts. */
const NOTED = ['name', 'profileName', 'company', 'segment', 'email'] as const

/** Nobody changed the contact since it was read: its place in the list follows from all its names together. */
export const unchangedSince = ({ updatedAt }: Contact): Condition =>
  updatedAt === undefined
    ? { text: 'attribute_exists(#pk) AND attribute_not_exists(#updatedAt)' }
    : { text: '#updatedAt = :seen', values: { seen: updatedAt } }

const TRIES = 5

/** Does it until nobody else was at the contact at the same time. Throws when somebody always is. */
const untilDone = async (work: () => Promise<boolean>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (await work()) return
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    if (attempt >= TRIES) throw new Error('a contact keeps changing')
    await delay(20 * attempt * (0.5 + Math.random()))
  }
}

/**
 * Makes two contacts one: it has all that was known of either, and the addresses of both. What remains of the other one says where
 * it went, and is in no list. False when somebody else changed one of them meanwhile.
 */
const merge = async (ctx: Context, tenantId: string, keep: number, drop: number): Promise<boolean> => {
  const [kept, dropped] = await Promise.all([
    ctx.main.get<Contact>(contactKey(tenantId, keep)),
    ctx.main.get<Contact>(contactKey(tenantId, drop)),
  ])
  if (!kept || !dropped || dropped.mergedInto === keep) return true
  const noted = Object.fromEntries(NOTED.map((field) => [field, kept[field] ?? dropped[field]]))
  const facts: Facts = { phone: kept.phone ?? dropped.phone, lid: kept.lid ?? dropped.lid }
  const whole: Contact = { ...kept, ...noted, ...facts }
  const updatedAt = isoTime(ctx.clock.nowMs())
  const changed = [...NOTED, 'phone' as const, 'lid' as const].filter((field) => kept[field] !== whole[field])
  const claims = claimsOf(tenantId, facts).map((claim): Write => ({ put: { ...claim, contactId: keep } }))
  const { ok } = await ctx.main.transact([
    {
      update: contactKey(tenantId, keep),
      set: { ...noted, ...facts, ...contactListKeys(whole), updatedAt },
      condition: unchangedSince(kept),
      events: [raise(contactUpdated, ctx.clock.nowMs(), { changed })],
    },
    {
      update: contactKey(tenantId, drop),
      set: { mergedInto: keep, updatedAt },
      remove: ['gsi1pk', 'gsi1sk', 'phone', 'lid'],
      condition: unchangedSince(dropped),
    },
    ...claims,
  ])
  return ok
}

/** Writes the addresses that are new to the contact. False when somebody else changed it meanwhile. */
const note = async (ctx: Context, tenantId: string, id: number, facts: Facts): Promise<boolean> => {
  const known = await ctx.main.get<Contact>(contactKey(tenantId, id))
  const changed = (['phone', 'lid'] as const).filter((field) => facts[field] && facts[field] !== known?.[field])
  if (!known || changed.length === 0) return true
  const listed = contactListKeys({ ...known, phone: facts.phone ?? known.phone, lid: facts.lid ?? known.lid })
  const outcome = await ctx.main.update(contactKey(tenantId, id), {
    set: { ...facts, ...listed, updatedAt: isoTime(ctx.clock.nowMs()) },
    condition: unchangedSince(known),
    events: [raise(contactUpdated, ctx.clock.nowMs(), { changed })],
    returns: 'none',
  })
  return 'item' in outcome
}

/**
 * Notes both addresses of a contact. Where one of them was another contact's until now, the two are one person: the older contact
 * stays. Gives the id of the contact that has the addresses now. Throws when the store is out of reach.
 */
export const linkContact = async (
  ctx: Context,
  tenantId: string,
  contactId: number,
  address: Address,
): Promise<number> => {
  const facts = factsOf(address)
  const claims = await ctx.main.getMany<Key & { contactId: number }>(claimsOf(tenantId, facts))
  const [keep = contactId, ...others] = [...new Set([contactId, ...claims.map((claim) => claim.contactId)])].sort(
    (a, b) => a - b,
  )
  for (const other of others) await untilDone(() => merge(ctx, tenantId, keep, other))
  for (const claim of claimsOf(tenantId, facts)) {
    await ctx.main.put({ ...claim, contactId: keep }, { condition: absent })
  }
  await untilDone(() => note(ctx, tenantId, keep, facts))
  return keep
}
