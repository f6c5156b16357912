import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import type { Key } from '#data/expressions.ts'
import { readOutbox } from '#data/outbox.ts'
import { isoTime } from '#kit/clock.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { contactClaim } from '../contacts/merge.ts'
import { type Contact, contactKey } from '../contacts/model.ts'
import { type Message, messageKey, STATUS_RANK, threadTime } from '../messages/model.ts'
import { raiseStatus } from '../messages/receipts.ts'
import { findMessage, listMessages, recordInbound, recordOutbound } from '../messages/repo.ts'
import { type Conversation, conversationKey } from './model.ts'
import { makeThreads, type Thread } from './threads.ts'

const place = { tenantId: 'org_merge', deviceId: 'd1' }

let ctx: DomainContext
let people = 0
let count = 0

beforeAll(async () => {
  ctx = await domainContext()
})
afterAll(() => ctx?.close())

/** A process of its own: it remembers nothing of the others. */
const process = () => makeThreads(makeCounters(ctx.main))

const person = () => {
  people += 1
  return { pn: `1555200${String(people).padStart(4, '0')}@s.whatsapp.net`, lid: `90000${people}@lid` }
}

const messageIn = ({ conversationId }: Thread, chat: string, more: Partial<Message> = {}): Message => {
  count += 1
  ctx.clock.advance(1000)
  const nowMs = ctx.clock.nowMs()
  const messageId = more.messageId ?? `M${count}`
  return {
    ...place,
    conversationId,
    messageId,
    direction: 'in',
    kind: 'text',
    status: 'received',
    rank: 1,
    chat,
    text: `text ${count}`,
    isGroup: false,
    source: 'contact',
    at: threadTime(nowMs, messageId),
    timestamp: isoTime(nowMs),
    ...more,
  }
}

const arrives = async (thread: Thread, chat: string, more: Partial<Message> = {}): Promise<string> => {
  const message = messageIn(thread, chat, more)
  const { messageId, direction, kind, text = '', timestamp: at, status } = message
  await recordInbound(ctx, message, { messageId, direction, kind, text, at, status })
  return messageId
}

const goesOut = async (thread: Thread, chat: string, more: Partial<Message> = {}): Promise<string> => {
  const rank = STATUS_RANK.accepted
  const message = messageIn(thread, chat, { direction: 'out', status: 'accepted', rank, source: 'api', ...more })
  await recordOutbound(ctx, message)
  return message.messageId
}

const conversation = async ({ conversationId }: Thread): Promise<Conversation & Partial<Key> & { gsi1pk?: string }> => {
  const found = await ctx.main.get<Conversation>(conversationKey(place.tenantId, conversationId))
  if (!found) throw new Error('no such conversation')
  return found
}

const idsIn = async ({ conversationId }: Thread): Promise<string[]> =>
  (await listMessages(ctx, place.tenantId, conversationId, { limit: 1000 })).items
    .map((each) => each.messageId)
    .reverse()

/** Threads of one person that was known under either address for itself: first by LID, then by number. */
const twoThreads = async () => {
  const someone = person()
  const byLid = await process().resolve(ctx, place, { lid: someone.lid }, 'Ann')
  const byPhone = await process().resolve(ctx, place, { pn: someone.pn })
  expect(byPhone.conversationId).not.toBe(byLid.conversationId)
  return { someone, byLid, byPhone }
}

test('two threads become one when the mapping is learnt: every message once, in order, and counted', async () => {
  const { someone, byLid, byPhone } = await twoThreads()
  const ids = [
    await arrives(byLid, someone.lid),
    await arrives(byPhone, someone.pn),
    await arrives(byLid, someone.lid),
    await goesOut(byPhone, someone.pn),
    await arrives(byPhone, someone.pn, { text: 'the newest' }),
  ]
  const one = await process().resolve(ctx, place, someone)
  expect(one.conversationId).toBe(byLid.conversationId)
  expect(await idsIn(one)).toEqual(ids)
  expect(await idsIn(byPhone)).toEqual([])
  expect(await conversation(one)).toMatchObject({
    chat: someone.pn,
    unreadCount: 4,
    status: 'OPEN',
    lastMessage: { text: 'the newest' },
    gsi1pk: expect.stringMatching(/open$/),
  })
  const left = await conversation(byPhone)
  expect(left).toMatchObject({ mergedInto: one.conversationId, unreadCount: 0, status: 'CLOSED' })
  expect([left.gsi1pk, left.lastMessage]).toEqual([undefined, undefined])
  expect(readOutbox(left as never)).toMatchObject([
    { type: 'conversation.merged', facts: { into: one.conversationId } },
  ])
  for (const jid of [someone.pn, someone.lid]) {
    expect((await process().find(ctx, place.tenantId, place.deviceId, jid))?.conversationId).toBe(one.conversationId)
  }
})

test('no event leaves a second time with a message that is moved', async () => {
  const { someone, byPhone } = await twoThreads()
  const id = await arrives(byPhone, someone.pn)
  const one = await process().resolve(ctx, place, someone)
  const moved = await ctx.main.get(messageKey(place.tenantId, one.conversationId, id))
  expect(moved && readOutbox(moved)).toEqual([])
})

test('an open case goes on in the thread that stays, though that was closed', async () => {
  const { someone, byLid, byPhone } = await twoThreads()
  expect((await conversation(byLid)).status).toBe('CLOSED')
  await arrives(byPhone, someone.pn)
  await process().join(ctx, place, someone)
  expect(await conversation(byLid)).toMatchObject({ status: 'OPEN', unreadCount: 1, episode: { number: 1 } })
})

test('the contacts become one, with all that was noted of either', async () => {
  const { someone, byLid, byPhone } = await twoThreads()
  const dropped = contactKey(place.tenantId, byPhone.contactId ?? 0)
  await ctx.main.update(dropped, { set: { company: 'ACME' } })
  const one = await process().resolve(ctx, place, someone)
  expect(one.contactId).toBe(byLid.contactId)
  const phone = someone.pn.split('@')[0] ?? ''
  const lid = someone.lid.split('@')[0] ?? ''
  expect(await ctx.main.get<Contact>(contactKey(place.tenantId, one.contactId ?? 0))).toMatchObject({
    phone,
    lid,
    profileName: 'Ann',
    company: 'ACME',
    gsi1sk: expect.stringContaining('ann#'),
  })
  expect(await ctx.main.get(dropped)).toMatchObject({ mergedInto: one.contactId })
  for (const claim of [contactClaim(place.tenantId, 'phone', phone), contactClaim(place.tenantId, 'lid', lid)]) {
    expect(await ctx.main.get(claim)).toMatchObject({ contactId: one.contactId })
  }
})

test('a mapping learnt for a person without a thread makes none', async () => {
  const someone = person()
  await process().join(ctx, place, someone)
  expect(await process().find(ctx, place.tenantId, place.deviceId, someone.pn)).toBeUndefined()
})

test('who still knows only the younger thread finds its messages, and what he writes there is taken over later', async () => {
  const { someone, byLid, byPhone } = await twoThreads()
  const outdated = process()
  await outdated.resolve(ctx, place, { pn: someone.pn })
  const id = await goesOut(byPhone, someone.pn)
  await process().resolve(ctx, place, someone)
  const ref = { tenantId: place.tenantId, conversationId: byPhone.conversationId, messageId: id }
  expect(await findMessage(ctx, ref)).toMatchObject({ conversationId: byLid.conversationId })
  expect(await raiseStatus(ctx, ref, 'sent', {}, { expected: 'accepted' })).toBe('done')
  expect(await findMessage(ctx, ref)).toMatchObject({ status: 'sent' })
  const stale = await outdated.resolve(ctx, place, { pn: someone.pn })
  expect(stale.conversationId).toBe(byPhone.conversationId)
  const late = await arrives(stale, someone.pn, { text: 'late' })
  const one = await process().resolve(ctx, place, { pn: someone.pn })
  expect(await idsIn(one)).toEqual([id, late])
  expect(await conversation(one)).toMatchObject({ lastMessage: { text: 'late' }, unreadCount: 1 })
  expect(await conversation(byPhone)).toMatchObject({ status: 'CLOSED', unreadCount: 0 })
})

test('a merge that broke off goes on; a message in both threads stays once, as it is further', async () => {
  const { someone, byLid, byPhone } = await twoThreads()
  const id = await goesOut(byLid, someone.lid, { messageId: 'BOTH' })
  const sent = { rank: STATUS_RANK.sent, status: 'sent' } as const
  await goesOut(byPhone, someone.pn, { messageId: 'BOTH', ...sent })
  const ids = [id]
  for (let more = 0; more < 60; more += 1) ids.push(await goesOut(byPhone, someone.pn))
  const { main } = ctx
  let moves = 0
  const breaking: DomainContext = {
    ...ctx,
    main: {
      ...main,
      transact: async (...given) => {
        moves += 1
        if (moves > 20) throw new Error('the process ends here')
        return main.transact(...given)
      },
    },
  }
  await expect(process().resolve(breaking, place, someone)).rejects.toThrow('ends here')
  // What was under way goes on: whoever looks at the source first sees each message at least once.
  const left = await idsIn(byPhone)
  const before = [...left, ...(await idsIn(byLid))]
  expect(new Set(before)).toEqual(new Set(ids))
  const one = await process().resolve(ctx, place, someone)
  expect(new Set(await idsIn(one))).toEqual(new Set(ids))
  expect(await idsIn(one)).toHaveLength(ids.length)
  expect(await idsIn(byPhone)).toEqual([])
  expect(await findMessage(ctx, { ...place, conversationId: one.conversationId, messageId: id })).toMatchObject(sent)
}, 60_000)
