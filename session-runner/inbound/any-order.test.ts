import type { proto } from '@whiskeysockets/baileys'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { readOutbox } from '#data/outbox.ts'
import { type Conversation, conversationKey } from '#domains/conversations/model.ts'
import { makeThreads, type Threads } from '#domains/conversations/threads.ts'
import { createDevice } from '#domains/devices/create.ts'
import type { Device } from '#domains/devices/model.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { messageKey } from '#domains/messages/model.ts'
import { listMessages } from '#domains/messages/repo.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { type Said, sealedFor } from '../testing/sealed.ts'
import { readStanza } from './stanza-facts.ts'
import { storeMessage, storeUndecryptable } from './store-message.ts'

const SECOND = 1_900_000_000
const OWN = '15550001111@s.whatsapp.net'
const SECRET = Buffer.alloc(32, 7)

let ctx: DomainContext
let device: Device
let threads: Threads
let number = 15550100000
let friend = ''
let reads = 0
let writes = 0

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
  const made = await createDevice(
    ctx,
    makeCounters(ctx.main),
    { tenantId: 'org_o', name: 'd', token: 'a-token-of-o' },
    1,
  )
  await changeDevice(ctx, made.id, { set: { jid: OWN } })
  device = { ...made, jid: OWN }
  const { get, query, getMany, put, update, remove, transact } = ctx.main
  const counted =
    <A extends unknown[], R>(call: (...args: A) => R, note: () => void) =>
    (...args: A): R => {
      note()
      return call(...args)
    }
  const read = () => {
    reads += 1
  }
  const write = () => {
    writes += 1
  }
  const readers = { get: counted(get, read), query: counted(query, read), getMany: counted(getMany, read) }
  const writers = { put: counted(put, write), update: counted(update, write), remove: counted(remove, write) }
  Object.assign(ctx.main, { ...readers, ...writers, transact: counted(transact, write) })
})
beforeEach(() => {
  number += 1
  friend = `${number}@s.whatsapp.net`
  threads = makeThreads(makeCounters(ctx.main))
})
afterAll(() => ctx?.close())

/** One delivery: an id, the second in which WhatsApp took it, and what it says. `undefined`: it cannot be opened. */
type Delivery = { id: string; t: number; said: proto.IMessage | undefined; fromMe?: boolean }

const factsOf = ({ id, t, fromMe }: Delivery) => {
  const attrs = fromMe
    ? { id, from: OWN, recipient: friend, type: 'text', t: String(SECOND + t) }
    : { id, from: friend, type: 'text', t: String(SECOND + t) }
  const facts = readStanza(attrs, { pn: OWN, lid: undefined })
  if (!facts) throw new Error('the stanza is no message')
  return facts
}

const deliver = async (delivery: Delivery): Promise<void> => {
  const facts = factsOf(delivery)
  if (delivery.said) await storeMessage(ctx, threads, device, facts, delivery.said)
  else await storeUndecryptable(ctx, threads, device, facts)
}

const deliverAll = async (deliveries: readonly Delivery[]): Promise<void> => {
  for (const delivery of deliveries) await deliver(delivery)
}

const conversationId = async (): Promise<number> => {
  const thread = await threads.find(ctx, device.tenantId, device.id, friend)
  if (!thread) throw new Error('no thread')
  return thread.conversationId
}

const withoutPeople = <T extends { by: object }>(list: readonly T[] = []) => list.map(({ by: _by, ...rest }) => rest)

/** What the message and all that is about it came to, and the list, without what tells whose it is and when it was stored. */
const outcome = async () => {
  const id = await conversationId()
  const { items } = await listMessages(ctx, device.tenantId, id)
  const row = await ctx.main.get<Conversation>(conversationKey(device.tenantId, id))
  const messages = items.map(({ messageId, kind, text, payload, editedAt, revokedAt, reactions, answers }) => ({
    messageId,
    kind,
    text,
    payload: messageId.startsWith('L') ? undefined : payload,
    editedAt,
    revokedAt,
    reactions: withoutPeople(reactions),
    answers: withoutPeople(answers),
  }))
  messages.sort((left, right) => left.messageId.localeCompare(right.messageId))
  const last = row?.lastMessage
  // Reports of where somebody is are messages of their own: the list shows which came last.
  if (messages.some(({ kind }) => kind === 'location')) return { messages }
  return { messages, unread: row?.unreadCount, status: row?.status, last: [last?.messageId, last?.kind, last?.text] }
}

const targetKey = () => ({ id: 'T', remoteJid: friend, fromMe: false })
const reaction = (t: number, text: string): Delivery => ({
  id: `R${t}`,
  t,
  said: { reactionMessage: { key: targetKey(), text } },
})
const edit = (t: number, conversation: string): Delivery => ({
  id: `E${t}`,
  t,
  said: { protocolMessage: { type: 14, key: targetKey(), editedMessage: { conversation } } },
})
const revoke = (t: number): Delivery => ({
  id: `D${t}`,
  t,
  said: { protocolMessage: { type: 0, key: targetKey() } },
})
const sealed = (id: string, t: number, said: Said): Delivery => ({
  id,
  t,
  said: sealedFor('T', SECRET, { author: friend, sender: friend }, said),
})
const target = (said: proto.IMessage): Delivery => ({
  id: 'T',
  t: 0,
  said: { ...said, messageContextInfo: { messageSecret: SECRET } },
})
const text = (): Delivery => target({ conversation: 'first' })
const poll = (): Delivery =>
  target({ pollCreationMessageV3: { name: 'When?', options: [{ optionName: 'Mo' }, { optionName: 'Tu' }] } })
const party = (): Delivery => target({ eventMessage: { name: 'Party', startTime: SECOND } })
const place = (id: string, t: number, sequenceNumber: number): Delivery => ({
  id,
  t,
  said: {
    liveLocationMessage: {
      degreesLatitude: sequenceNumber,
      degreesLongitude: 1,
      sequenceNumber,
      ...(id !== 'T' && { contextInfo: { stanzaId: 'T', participant: friend } }),
    },
  },
})

/** What is about `T`, in the order it was said in, behind `T` itself. Sealed things are made for one person. */
const CASES: Record<string, () => Delivery[]> = {
  'a reaction, changed and taken back': () => [text(), reaction(1, '👍'), reaction(2, '❤️'), reaction(3, '')],
  'a reaction taken back and given again': () => [text(), reaction(1, '👍'), reaction(2, ''), reaction(3, '🙏')],
  edits: () => [text(), edit(1, 'second'), edit(2, 'third')],
  'an edit and a deletion': () => [text(), edit(1, 'second'), revoke(2), reaction(3, '👍')],
  'a vote, changed': () => [poll(), sealed('V1', 1, { vote: ['Mo'] }), sealed('V2', 2, { vote: ['Mo', 'Tu'] })],
  'a vote, taken back': () => [poll(), sealed('V1', 1, { vote: ['Mo'] }), sealed('V2', 2, { vote: [] })],
  'answers to an invitation': () => [party(), sealed('A1', 1, { response: 1 }), sealed('A2', 2, { response: 2 })],
  'an edit with the secret': () => [text(), sealed('E1', 1, { edit: 'second' }), edit(2, 'third')],
  'somebody on the way': () => [place('T', 0, 1), place('L1', 1, 2), place('L2', 2, 3)],
}

/** Every order of some things. */
const orders = <T>(things: readonly T[]): T[][] =>
  things.length < 2
    ? [[...things]]
    : things.flatMap((one, at) => orders(things.filter((_, other) => other !== at)).map((rest) => [one, ...rest]))

const newFriend = (): void => {
  number += 1
  friend = `${number}@s.whatsapp.net`
}

/** Deliveries of a case by their numbers, to a person of their own; `T?` is the message as one that could not be opened. */
const play = async (make: () => Delivery[], order: readonly (number | 'T?')[]) => {
  newFriend()
  const made = make()
  const unopened: Delivery = { id: 'T', t: 0, said: undefined }
  await deliverAll(order.map((at) => (at === 'T?' ? unopened : (made[at] ?? unopened))))
  return outcome()
}

describe.each(Object.entries(CASES))('%s', (_name, make) => {
  const numbers = () => make().map((_, at) => at)

  test('comes to the same in every order, however often it is delivered', async () => {
    const right = await play(make, numbers())
    for (const order of orders(numbers())) expect(await play(make, order), `order ${order}`).toEqual(right)
    const back = numbers().reverse()
    for (const order of [back, numbers()]) {
      expect(await play(make, [...order, ...back]), `order ${order}, and again`).toEqual(right)
    }
  }, 60_000)

  test('comes to the same when its message could not be opened first', async () => {
    const right = await play(make, numbers())
    const [first = 0, ...rest] = numbers()
    for (const order of [
      ['T?', ...rest, first] as const,
      [...rest, 'T?', first] as const,
      [...rest.slice(0, 1), 'T?', ...rest.slice(1).reverse(), first] as const,
    ]) {
      expect(await play(make, order), `order ${order}`).toEqual(right)
    }
  }, 60_000)
})

/** What was called of the store for something. */
const callsFor = async (work: () => Promise<unknown>): Promise<[number, number]> => {
  reads = 0
  writes = 0
  await work()
  return [reads, writes]
}

test('a message for which nothing waits costs one write and no reading, and what is about one that is there no more than before', async () => {
  newFriend()
  await deliver({ id: 'first', t: 0, said: { conversation: 'opens the conversation' } })
  expect(await callsFor(() => deliver(text()))).toEqual([0, 1])
  // The message it is about is read and changed, and it is stored itself.
  expect(await callsFor(() => deliver(reaction(1, '👍')))).toEqual([1, 2])
})

test('a vote that waited is told again, opened, and once', async () => {
  newFriend()
  await deliver(sealed('V1', 1, { vote: ['Mo'] }))
  const told = async (id: string): Promise<object[]> => {
    const item = await ctx.main.get(messageKey(device.tenantId, await conversationId(), id))
    return readOutbox(item ?? {}).map((entry) => ({ ...entry, payload: item?.payload }))
  }
  const [closed] = await told('V1')
  expect(closed).toMatchObject({ type: 'message.received', payload: { unreadable: true } })
  await deliver(poll())
  const [opened] = await told('V1')
  expect(opened).toMatchObject({ type: 'message.received', payload: { vote: true, options: ['Mo'] } })
  expect(opened).not.toMatchObject({ payload: { unreadable: true } })
  expect(await told('T')).toMatchObject([{ type: 'message.received' }])
  await deliverAll([poll(), sealed('V1', 1, { vote: ['Mo'] })])
  expect(await told('V1')).toEqual([opened])
})

test('a vote whose poll comes between the two writes of the vote is opened too', async () => {
  newFriend()
  await deliver({ id: 'first', t: 0, said: { conversation: 'opens the conversation' } })
  let isFirst = true
  const transact: typeof ctx.main.transact = async (...all) => {
    const done = await ctx.main.transact(...all)
    const isNow = isFirst
    isFirst = false
    if (isNow) await deliver(poll())
    return done
  }
  const vote = sealed('V1', 1, { vote: ['Mo'] })
  const racing = { ...ctx, main: { ...ctx.main, transact } }
  await storeMessage(racing, threads, device, factsOf(vote), vote.said ?? {})
  const { messages } = await outcome()
  expect(messages.find(({ messageId }) => messageId === 'T')?.answers).toMatchObject([{ options: ['Mo'] }])
  const [stored] = messages.filter(({ messageId }) => messageId === 'V1')
  expect(stored?.payload).toEqual({ targetId: 'T', targetFromMe: true, vote: true, options: ['Mo'] })
})

test.each([
  ['votes for more than any poll has', 1_500, 'V'.repeat(36)],
  ['votes for more than the table holds', 4_000, 'V'.repeat(36)],
])('what waits does not keep its poll away, though somebody %s', async (_what, options, word) => {
  newFriend()
  const vote = Array.from({ length: options }, (_, at) => `${word}${at}`)
  await deliver(sealed('V1', 1, { vote }))
  await deliver(poll())
  await deliver(reaction(2, '👍'))
  const { messages } = await outcome()
  const stored = messages.find(({ messageId }) => messageId === 'T')
  expect(stored).toMatchObject({ kind: 'poll', reactions: [{ emoji: '👍' }] })
  expect(JSON.stringify(stored).length).toBeLessThan(10_000)
})
