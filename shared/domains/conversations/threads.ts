import { LRUCache } from 'lru-cache'
import type { Counters } from '#data/counters.ts'
import { absent, type Key } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { contactCreated } from '../contacts/events.ts'
import { contactClaim } from '../contacts/merge.ts'
import { type Address, type Contact, contactKey, contactListKeys, userOf } from '../contacts/model.ts'
import { makeProfileNames } from '../contacts/profile-names.ts'
import { newestArrived } from '../messages/thread.ts'
import { listShardsOf } from '../tenants/repo.ts'
import { adopt, type Claim, jidsOf, type Place, pick, type Thread, threadClaim } from './adopt.ts'
import { makeArrivalOrder } from './arrival-order.ts'
import { conversationCreated } from './events.ts'
import {
  type Conversation,
  conversationKey,
  deviceConversationKey,
  isInboxChat,
  listPartition,
  listPlace,
} from './model.ts'

export type { Thread } from './adopt.ts'

/** Who a name comes from: somebody who wrote it down, or WhatsApp. */
type NameSource = 'people' | 'whatsapp'
type Naming = { name?: string; from: NameSource }

/** How long a thread is relied upon, in milliseconds: another process may learn that it is the same as another one. */
const KNOWN_MS = 5 * 60_000

/**
 * Finds or makes the conversation of an address on a device, and its contact. Each JID the other side is known by holds a
 * claim on the conversation, so a message that comes under the other address lands in the same thread; a mapping that is
 * learnt late adds the missing claim, and makes one of two threads.
 */
export const makeThreads = (counters: Counters) => {
  const known = new LRUCache<string, Thread>({ max: 20_000, ttl: KNOWN_MS })
  const remember = (tenantId: string, deviceId: string, address: Address, thread: Thread): Thread => {
    for (const jid of jidsOf(address)) known.set(`${tenantId}#${deviceId}#${jid}`, thread)
    return thread
  }

  /** The thread that all these JIDs are known to be of. */
  const remembered = (tenantId: string, deviceId: string, jids: readonly string[]): Thread | undefined => {
    const [first, ...others] = jids.map((jid) => known.get(`${tenantId}#${deviceId}#${jid}`))
    return first && others.every((other) => other?.conversationId === first.conversationId) ? first : undefined
  }

  return {
    /** The place in time of a message that arrived, in milliseconds: messages of one second keep the order they came in. */
    arrivalOrder: makeArrivalOrder(newestArrived),

    /** Notes what the other side calls itself. */
    noteProfileName: makeProfileNames(),

    /** The thread, if there is one already; no write. */
    find: async (ctx: Context, tenantId: string, deviceId: string, jid: string): Promise<Thread | undefined> => {
      const cached = known.get(`${tenantId}#${deviceId}#${jid}`)
      if (cached) return cached
      const claim = await ctx.main.get<Claim>(threadClaim(tenantId, deviceId, jid))
      return claim && remember(tenantId, deviceId, { pn: jid }, pick(claim))
    },

    /** The thread, made if it is new. `name` is used for a new contact or group; people gave it, or WhatsApp told it. */
    resolve: async (
      ctx: Context,
      place: { tenantId: string; deviceId: string },
      address: Address,
      name?: string,
      from: NameSource = 'whatsapp',
    ): Promise<Thread> => {
      const { tenantId, deviceId } = place
      const jids = jidsOf(address)
      const cached = remembered(tenantId, deviceId, jids)
      if (cached) return cached
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const claims = await ctx.main.getMany<Claim>(jids.map((jid) => threadClaim(tenantId, deviceId, jid)))
        claims.sort((a, b) => a.conversationId - b.conversationId)
        const thread = claims[0]
          ? await adopt(ctx, place, address, claims)
          : await create(ctx, counters, place, address, { name, from })
        if (thread) return remember(tenantId, deviceId, address, thread)
      }
      throw new Error('a conversation could not be resolved: its claims keep changing')
    },

    /** Both addresses are one person: the threads that they have become one, and the contacts too. Nothing where there is no thread. */
    join: async (ctx: Context, place: Place, address: { pn: string; lid: string }): Promise<void> => {
      const { tenantId, deviceId } = place
      const jids = jidsOf(address)
      if (remembered(tenantId, deviceId, jids)) return
      const claims = await ctx.main.getMany<Claim>(jids.map((jid) => threadClaim(tenantId, deviceId, jid)))
      if (claims.length === 0) return
      claims.sort((a, b) => a.conversationId - b.conversationId)
      remember(tenantId, deviceId, address, await adopt(ctx, place, address, claims))
    },
  }
}

/** Finds and makes conversations. */
export type Threads = ReturnType<typeof makeThreads>

const create = async (
  ctx: Context,
  counters: Counters,
  { tenantId, deviceId }: { tenantId: string; deviceId: string },
  address: Address,
  { name, from }: Naming,
): Promise<Thread | undefined> => {
  const now = isoTime(ctx.clock.nowMs())
  const chat = address.group ?? address.pn ?? address.lid
  if (!chat) throw new Error('an address needs a phone number, a LID or a group')
  const contact = address.group ? undefined : await findOrNumberContact(ctx, counters, tenantId, address)
  const conversationId = await counters(tenantId, 'conversation')
  const thread: Thread = { conversationId, contactId: contact?.id }
  const shards = await listShardsOf(ctx, tenantId)
  const conversation: Conversation = {
    id: conversationId,
    tenantId,
    deviceId,
    chat,
    contactId: contact?.id,
    isGroup: address.group !== undefined,
    name,
    // What is written first decides who has it.
    status: 'CLOSED',
    version: 0,
    listShard: conversationId % shards,
    unreadCount: 0,
    createdAt: now,
  }
  const listed = isInboxChat(chat) && {
    gsi1pk: listPartition(tenantId, conversation.listShard, 'closed'),
    gsi1sk: listPlace(now, conversationId),
  }
  const writes: Write[] = [
    {
      put: { ...conversationKey(tenantId, conversationId), ...listed, ...conversation, conversationId },
      condition: absent,
      events: [raise(conversationCreated, ctx.clock.nowMs())],
    },
    { put: { ...deviceConversationKey(deviceId, conversationId), conversationId, jids: jidsOf(address) } },
    ...jidsOf(address).map(
      (jid): Write => ({ put: { ...threadClaim(tenantId, deviceId, jid), ...thread }, condition: absent }),
    ),
    ...(contact?.isNew ? contactWrites(tenantId, contact.id, address, { name, from }, now, shards) : []),
  ]
  const outcome = await ctx.main.transact(writes)
  return outcome.ok ? thread : undefined
}

const findOrNumberContact = async (
  ctx: Context,
  counters: Counters,
  tenantId: string,
  address: Address,
): Promise<{ id: number; isNew: boolean }> => {
  const keys = [
    address.pn && contactClaim(tenantId, 'phone', userOf(address.pn)),
    address.lid && contactClaim(tenantId, 'lid', userOf(address.lid)),
  ].filter((key): key is Key => typeof key === 'object')
  const claims = await ctx.main.getMany<Key & { contactId: number }>(keys)
  const found = claims.map((claim) => claim.contactId).sort((a, b) => a - b)[0]
  return found !== undefined ? { id: found, isNew: false } : { id: await counters(tenantId, 'contact'), isNew: true }
}

const contactWrites = (
  tenantId: string,
  id: number,
  address: Address,
  { name, from }: Naming,
  now: string,
  shards: number,
): Write[] => {
  const phone = address.pn && userOf(address.pn)
  const lid = address.lid && userOf(address.lid)
  const named = from === 'people' ? { name } : { profileName: name }
  const contact: Contact = { id, tenantId, phone, lid, ...named, createdAt: now, listShard: id % shards }
  return [
    {
      put: { ...contactKey(tenantId, id), ...contactListKeys(contact), ...contact },
      condition: absent,
      events: [raise(contactCreated, Date.parse(now))],
    },
    ...(phone ? [{ put: { ...contactClaim(tenantId, 'phone', phone), contactId: id }, condition: absent }] : []),
    ...(lid ? [{ put: { ...contactClaim(tenantId, 'lid', lid), contactId: id }, condition: absent }] : []),
  ]
}
