import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { findChat } from '#domains/chats/repo.ts'
import { type Conversation, conversationKey } from '#domains/conversations/model.ts'
import type { Device } from '#domains/devices/model.ts'
import { historyReceived } from '#domains/history/events.ts'
import { historyBytes, historyJobs } from '#domains/history/model.ts'
import { findProgress } from '#domains/history/record.ts'
import { toEventRecord } from '#kit/define-event.ts'
import { waitFor } from '#test/harness/wait.ts'
import { deviceContactKey } from './inbound/contacts.ts'
import { startWorld, type World } from './testing/world.ts'

const DAY = 24 * 3600
const ANN = '15550008102'
const BEN = '15550008103'
const ANN_JID = `${ANN}@s.whatsapp.net`
const BEN_JID = `${BEN}@s.whatsapp.net`

let world: World
let group: string
let lastPhone = 15550008200

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  world.network.createPhone(ANN, { name: 'Ann' })
  world.network.createPhone(BEN, { name: 'Ben' })
}, 90_000)
beforeEach(() => {
  world.network.faults.clear()
})
afterAll(async () => {
  await world?.close()
}, 60_000)

const newNumber = (): string => {
  lastPhone += 1
  return String(lastPhone)
}

const now = (): number => Math.floor(Date.now() / 1000)

/** A phone that has written with Ann, with Ben and in a group, before any device of ours was linked to it. */
const phoneWithHistory = (): string => {
  const own = newNumber()
  const phone = world.network.createPhone(own, { name: 'Shop', contacts: [{ phone: ANN, name: 'Ann of the shop' }] })
  group = world.network.groups.create(own, 'Team', [ANN, BEN]).id
  const from = now() - 40 * DAY
  phone.chats.remember([
    { chat: ANN, text: 'long ago', timestamp: from, id: `OLD1${own}` },
    { chat: ANN, from: own, text: 'an answer', timestamp: from + 60, id: `OLD2${own}` },
    { chat: ANN, text: 'first of a second', timestamp: now() - 5 * DAY, id: `NEW1${own}` },
    { chat: ANN, text: 'second of a second', timestamp: now() - 5 * DAY, id: `NEW2${own}` },
    { chat: BEN, text: 'hello from Ben', timestamp: now() - 6 * DAY, id: `BEN1${own}` },
    { chat: group, from: BEN, text: 'hello all', timestamp: now() - 2 * DAY, id: `GRP1${own}` },
  ])
  return own
}

const linked = async (own = phoneWithHistory()): Promise<{ device: Device; own: string }> => {
  const device = await world.pair(await world.createDevice(), own)
  await waitFor('the first synchronisation', () => world.main.get({ pk: `D#${device.id}`, sk: 'CHSYNC' }))
  await idle(device)
  return { device, own }
}

/** Waits until nothing of the device's history is left to be worked through. */
const idle = (device: Device): Promise<unknown> =>
  waitFor(
    'the history to be taken',
    async () => {
      const { items } = await world.session.query({ pk: historyJobs(device.id) })
      return items.length === 0 && (await findProgress(world.ctx, device.id))?.state === 'done'
    },
    { timeoutMs: 30_000 },
  )

/** The events of history that were raised for a device, in their order. */
const events = async (device: Device) => {
  const found = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await world.main.query({ pk: `D#${device.id}`, prefix: 'HS#', startKey })
    for (const item of page.items) {
      for (const entry of readOutbox(item)) found.push(toEventRecord(historyReceived, entry, item))
    }
    startKey = page.next
  } while (startKey)
  return found
    .toSorted((left, right) => left.at.localeCompare(right.at))
    .map(({ data }) => historyReceived.data.parse(data))
}

const conversation = async (device: Device, jid: string): Promise<Conversation> => {
  const thread = await world.threads.find(world.ctx, world.tenantId, device.id, jid)
  const found = thread && (await world.main.get<Conversation>(conversationKey(world.tenantId, thread.conversationId)))
  if (!found) throw new Error('no conversation')
  return found
}

const idsIn = (told: Awaited<ReturnType<typeof events>>): string[] =>
  told.flatMap(({ conversations }) =>
    conversations.flatMap(({ messages }) => messages.map(({ messageId }) => messageId)),
  )

test('a new login has the chats of its phone, in order, with who wrote and how far it is, and nothing of it is news', async () => {
  const { device, own } = await linked()
  const ann = await world.conversation(device, ANN_JID)
  expect(ann.map(({ text }) => text)).toEqual(['long ago', 'an answer', 'first of a second', 'second of a second'])
  expect(ann.map(({ direction, status }) => [direction, status])).toEqual([
    ['in', 'received'],
    ['out', 'read'],
    ['in', 'received'],
    ['in', 'received'],
  ])
  expect(ann.every(({ history, phone }) => history === true && phone === ANN)).toBe(true)
  const [inGroup] = await world.conversation(device, group)
  expect(inGroup).toMatchObject({ isGroup: true, phone: BEN, text: 'hello all' })
  // Nothing is unread, the newest one stands in the list, and no message was announced as one that just arrived.
  const thread = await conversation(device, ANN_JID)
  expect(thread).toMatchObject({ lastMessage: { messageId: `NEW2${own}`, text: 'second of a second' } })
  expect(thread.unreadCount ?? 0).toBe(0)
  expect(ann.flatMap((message) => readOutbox(message as never))).toEqual([])
  const told = await events(device)
  expect(idsIn(told).sort()).toEqual(
    [...ann, ...(await world.conversation(device, BEN_JID)), inGroup].map((each) => each?.messageId).sort(),
  )
  expect(told.find(({ conversations }) => conversations.length > 0)).toMatchObject({ kind: 'initial', progress: 50 })
  expect(await findProgress(world.ctx, device.id)).toMatchObject({ state: 'done', messages: 6, progress: 100 })
  // Nothing is left in the way of the work.
  expect((await world.session.query({ pk: historyBytes(device.id) })).items).toEqual([])
}, 60_000)

test('names, the chat list and which LID is which number come with the history', async () => {
  const { device, own } = await linked()
  expect(await world.main.get(deviceContactKey(device.id, ANN_JID))).toMatchObject({ pushName: 'Ann', phone: ANN })
  expect(await findChat(world.ctx, device.id, ANN_JID)).toBeDefined()
  // What comes under the LID now belongs to the conversation that history named by number.
  const before = await conversation(device, ANN_JID)
  await world.network.phone(ANN).send({ to: own, text: 'under the other name', addressing: 'lid' })
  const last = await waitFor('the message', async () => (await world.conversation(device, ANN_JID)).at(4))
  expect(last).toMatchObject({ text: 'under the other name', conversationId: before.id, phone: ANN })
}, 60_000)

test('older messages of a chat come on demand, once, however often the phone says it', async () => {
  const own = newNumber()
  const phone = world.network.createPhone(own)
  const all = phone.chats.remember(
    Array.from({ length: 130 }, (_, at) => ({ chat: ANN, text: `message ${at}`, timestamp: now() - 10_000 + at })),
  )
  const { device } = await linked(own)
  // A new login is given fifty of each chat.
  const given = await world.conversation(device, ANN_JID)
  expect(given.map(({ messageId }) => messageId)).toEqual(all.slice(-50))
  world.network.faults.set({ kind: 'peer-twice', phone: own, count: 1 })
  const oldest = given[0]
  const ask = {
    type: 'sync.chat-history' as const,
    chat: ANN_JID,
    messageId: oldest?.messageId ?? '',
    timestampMs: Date.parse(oldest?.timestamp ?? ''),
    fromMe: false,
    count: 60,
  }
  await world.ask(device, ask)
  await waitFor('the older messages', async () => (await world.conversation(device, ANN_JID)).length >= 110)
  await idle(device)
  // Asked again, they come again, and are there already.
  await world.ask(device, ask)
  const answers = await waitFor('both answers', async () => {
    const found = (await events(device)).filter(({ kind, isLast }) => kind === 'onDemand' && isLast)
    return found.length === 2 && found
  })
  await idle(device)
  const stored = await world.conversation(device, ANN_JID)
  expect(stored.map(({ messageId }) => messageId)).toEqual(all.slice(20))
  expect(answers.map(({ requestId }) => requestId)).toEqual([oldest?.messageId, oldest?.messageId])
  const demanded = (await events(device)).filter(({ kind }) => kind === 'onDemand')
  expect(idsIn(demanded)).toHaveLength(120)
  expect(await findProgress(world.ctx, device.id)).toMatchObject({ kind: 'onDemand', messages: 110 })
}, 60_000)

test('the whole history comes by days, without groups where none are wanted, and changes nothing that is there', async () => {
  const { device, own } = await linked()
  const sent = await world.send(device, BEN, { kind: 'text', text: 'an answer to Ben' })
  await world.untilStatus(sent, 'delivered')
  await world.network.phone(BEN).read(sent.messageId)
  await world.untilStatus(sent, 'read')
  // The phone knows of it, as sent, and of messages that were written while no device of ours was linked.
  const phone = world.network.phone(own)
  await waitFor('the copy on the phone', () => phone.messages().some(({ id }) => id === sent.messageId))
  const noise = Array.from({ length: 400 }, (_, at) => ({
    chat: BEN,
    text: `${at} ${randomBytes(100).toString('base64')}`,
    timestamp: now() - 3 * DAY + at,
  }))
  const news = phone.chats.remember(noise)
  phone.chats.remember([{ chat: BEN, text: 'too old', timestamp: now() - 60 * DAY, id: `ANCIENT${own}` }])
  const requestId = 'A1B2C3D4E5F60718293A4B5C6D7E8F90'
  const work = { type: 'sync.full-history' as const, requestId, days: 30, sizeMb: 100, groups: false, calls: false }
  await world.ask(device, work)
  await waitFor('the end of the history', async () =>
    (await events(device)).some(({ requestId: answers, isLast }) => answers === requestId && isLast),
  )
  await idle(device)
  const told = (await events(device)).filter((event) => event.requestId === requestId)
  expect(told.map(({ kind, part }) => [kind, part])).toEqual(told.map((_, at) => ['full', at]))
  expect(told.filter(({ isLast }) => isLast)).toHaveLength(1)
  expect(idsIn(told)).toEqual(expect.arrayContaining([...news, `NEW1${own}`, sent.messageId]))
  expect(idsIn(told)).not.toEqual(expect.arrayContaining([`GRP1${own}`]))
  expect(new Set(idsIn(told)).size).toBe(idsIn(told).length)
  const ben = await world.conversation(device, BEN_JID)
  expect(ben.map(({ messageId }) => messageId)).toEqual([`BEN1${own}`, ...news, sent.messageId])
  // Own state is newer than the phone's, and the newest message stays the newest.
  expect(await world.messageOf(sent)).toMatchObject({ status: 'read', source: 'api' })
  expect(await conversation(device, BEN_JID)).toMatchObject({ lastMessage: { messageId: sent.messageId } })
  expect(await findProgress(world.ctx, device.id)).toMatchObject({ state: 'done', messages: 406, requestId })
}, 60_000)

test('a file that is gone is told, and asked for again', async () => {
  const { device, own } = await linked()
  const phone = world.network.phone(own)
  const noise = Array.from({ length: 400 }, (_, at) => ({
    chat: ANN,
    text: `${at} ${randomBytes(100).toString('base64')}`,
    timestamp: now() - 3 * DAY + at,
  }))
  phone.chats.remember(noise)
  const work = { type: 'sync.full-history' as const, days: 30, sizeMb: 100, groups: true, calls: false }
  world.network.faults.set({ kind: 'media-gone' })
  await world.ask(device, { ...work, requestId: 'FIRST' })
  const failed = await waitFor(
    'the failure',
    async () => {
      const progress = await findProgress(world.ctx, device.id)
      return progress?.state === 'failed' && progress
    },
    { everyMs: 2 },
  )
  expect(failed).toMatchObject({ requestId: 'FIRST', error: expect.stringContaining('WhatsApp does not hold it') })
  // The phone says it again whenever it is asked to.
  world.network.faults.clear()
  await idle(device)
  expect(await world.conversation(device, ANN_JID)).toHaveLength(404)
  expect(await findProgress(world.ctx, device.id)).toMatchObject({ messages: 406, requestId: 'FIRST' })
}, 60_000)
