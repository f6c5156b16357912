import { exists, type Key } from '#data/expressions.ts'
import type { Context } from '#kit/context.ts'
import { linkContact } from '../contacts/merge.ts'
import type { Address } from '../contacts/model.ts'
import { mergeConversations } from './merge.ts'
import { conversationKey } from './model.ts'

/** Which conversation and contact an address belongs to on a device. */
export type Thread = { conversationId: number; contactId?: number }

/** A JID's claim on a thread. `absorbed`: threads that went up in this one. */
export type Claim = Key & Thread & { absorbed?: number[] }

/** Key of the claim of a JID on a thread of a device. */
export const threadClaim = (tenantId: string, deviceId: string, jid: string): Key => ({
  pk: `CT#${tenantId}#${deviceId}#${jid}`,
  sk: 'META',
})
/** The JIDs of an address that are known. */
export const jidsOf = (address: Address): string[] =>
  [address.group, address.pn, address.lid].filter((jid) => jid !== undefined)

/** The thread that a claim is on. */
export const pick = ({ conversationId, contactId }: Thread): Thread => ({ conversationId, contactId })

/** The device whose threads they are. */
export type Place = { tenantId: string; deviceId: string }

/** Threads that are the same person's and have to go up in the one that stays, those of former times included. */
const othersOf = (stays: Claim, claims: readonly Claim[]): number[] =>
  [...new Set(claims.flatMap(({ conversationId, absorbed = [] }) => [conversationId, ...absorbed]))].filter(
    (id) => id !== stays.conversationId,
  )

/**
 * Points every JID of the address at the oldest thread that one of them has. Where two had been opened, the younger one goes up in
 * it. The claims name it from then on, and each reading of them looks there again: a process that still knew only the younger one
 * may have written to it. `claims` are those of the JIDs, the oldest thread first; not none.
 */
export const adopt = async (
  ctx: Context,
  { tenantId, deviceId }: Place,
  address: Address,
  claims: Claim[],
): Promise<Thread> => {
  const [stays] = claims
  if (!stays) throw new Error('a thread without a claim cannot be adopted')
  const jids = jidsOf(address)
  const others = othersOf(stays, claims)
  const isWhole =
    claims.length === jids.length && claims.every((claim) => claim.conversationId === stays.conversationId)
  let thread = pick(stays)
  if (!isWhole) {
    const contactId = thread.contactId && (await linkContact(ctx, tenantId, thread.contactId, address))
    if (contactId !== thread.contactId) await assignContact(ctx, tenantId, thread.conversationId, contactId)
    thread = { ...thread, contactId }
    const absorbed = others.length > 0 ? { absorbed: others } : {}
    for (const jid of jids) await ctx.main.put({ ...threadClaim(tenantId, deviceId, jid), ...thread, ...absorbed })
  }
  for (const from of others) await mergeConversations(ctx, { tenantId, from, into: thread.conversationId })
  return thread
}

const assignContact = async (ctx: Context, tenantId: string, id: number, contactId?: number): Promise<void> => {
  await ctx.main.update(conversationKey(tenantId, id), { set: { contactId }, condition: exists, returns: 'none' })
}
