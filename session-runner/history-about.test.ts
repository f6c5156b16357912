import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { type Conversation, conversationKey } from '#domains/conversations/model.ts'
import type { Device } from '#domains/devices/model.ts'
import { historyJobs } from '#domains/history/model.ts'
import { findProgress } from '#domains/history/record.ts'
import type { Message } from '#domains/messages/model.ts'
import type { MessageInput } from '#local/whatsapp/phone-compose.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const ANN = '15550008802'
const BEN = '15550008803'
const ANN_JID = `${ANN}@s.whatsapp.net`

let world: World
let lastPhone = 15550008810

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  world.network.createPhone(ANN, { name: 'Ann' })
  world.network.createPhone(BEN, { name: 'Ben' })
}, 90_000)
afterAll(() => world?.close(), 60_000)

const newPhone = (): string => {
  lastPhone += 1
  const contacts = [ANN, BEN].map((phone) => ({ phone, name: phone }))
  world.network.createPhone(String(lastPhone), { name: 'Shop', contacts })
  return String(lastPhone)
}

/** What somebody sends to `to`; it is there when every phone of the chat has it. */
const says = async (from: string, to: string, input: Omit<MessageInput, 'to'>, readers = [to]): Promise<string> => {
  const { id } = await world.network.phone(from).send({ to, ...input })
  for (const reader of [from, ...readers]) {
    await waitFor(`${id} at ${reader}`, () =>
      world.network
        .phone(reader)
        .messages()
        .some((message) => message.id === id),
    )
  }
  return id
}

const taken = (device: Device, since: string): Promise<unknown> =>
  waitFor(
    'the history to be taken',
    async () => {
      const { items } = await world.session.query({ pk: historyJobs(device.id) })
      const progress = await findProgress(world.ctx, device.id)
      return items.length === 0 && progress?.state === 'done' && progress.updatedAt > since && progress.progress === 100
    },
    { timeoutMs: 30_000 },
  )

const link = async (device: Device, own: string): Promise<Device> => {
  const since = new Date().toISOString()
  const online = await world.pair(device, own)
  await taken(online, since)
  return online
}

const stored = async (device: Device, chat = ANN_JID) =>
  new Map((await world.conversation(device, chat)).map((message) => [message.messageId, message]))

const row = async ({ conversationId }: Pick<Message, 'conversationId'>) =>
  world.main.get<Conversation>(conversationKey(world.tenantId, conversationId))

test('what others said of the messages of a history is part of them, and none of it is news', async () => {
  const own = newPhone()
  const liked = await says(ANN, own, { text: 'liked' })
  await says(ANN, own, { reaction: { id: liked, text: '👍' } })
  await says(ANN, own, { reaction: { id: liked, text: '❤️' } })
  await says(own, ANN, { reaction: { id: liked, text: '🙏' } })
  const unliked = await says(ANN, own, { text: 'liked no more' })
  await says(ANN, own, { reaction: { id: unliked, text: '👍' } })
  await says(ANN, own, { reaction: { id: unliked, text: '' } })
  const deleted = await says(ANN, own, { text: 'deleted' })
  await says(ANN, own, { revoke: { id: deleted } })
  const poll = await says(own, ANN, { poll: { name: 'When?', options: ['Mo', 'Tu'] } })
  await says(ANN, own, { vote: { id: poll, options: ['Tu'] } })
  const party = await says(ANN, own, { event: { name: 'Party', startsAt: 1_900_000_000 } })
  await says(own, ANN, { answer: { id: party, response: 'going', guests: 1 } })
  const read = await says(own, ANN, { text: 'read' })
  await world.network.phone(ANN).read(read)
  await waitFor('the receipt', () =>
    world.network
      .phone(own)
      .messages()
      .some(({ id, status }) => id === read && status === 'read'),
  )
  const edited = await says(ANN, own, { text: 'frist' })
  await says(ANN, own, { edit: { id: edited, text: 'first' } })
  const device = await link(await world.createDevice(), own)

  const messages = await stored(device)
  expect([...messages.keys()]).toEqual([liked, unliked, poll, party, read, edited])
  const of = (id: string) => messages.get(id)
  expect(of(liked)?.reactions).toMatchObject([
    { emoji: '❤️', by: { phone: ANN, lid: expect.any(String) } },
    { emoji: '🙏', by: { me: true } },
  ])
  expect(of(unliked)?.reactions ?? []).toEqual([])
  expect(of(poll)?.answers).toMatchObject([{ options: ['Tu'], by: { phone: ANN } }])
  expect(of(party)?.answers).toMatchObject([{ response: 'going', guests: 1, by: { me: true } }])
  expect(of(read)).toMatchObject({ status: 'read', deliveredAt: expect.any(String), readAt: expect.any(String) })
  expect(of(edited)).toMatchObject({ kind: 'text', text: 'first', editedAt: expect.any(String), history: true })
  expect([...messages.values()].flatMap((message) => readOutbox(message as never))).toEqual([])
  const last = { messageId: edited, kind: 'text', text: 'first' }
  expect(await row(of(edited) as Message)).toMatchObject({ lastMessage: last, unreadCount: 0 })

  // What comes by itself goes on from there.
  await says(ANN, own, { reaction: { id: liked, text: '' } })
  await says(ANN, own, { vote: { id: poll, options: ['Mo'] } })
  const now = await waitFor('both', async () => {
    const found = await stored(device)
    return found.get(liked)?.reactions?.length === 1 && found.get(poll)?.answers?.[0]?.options?.[0] === 'Mo' && found
  })
  expect(now.get(liked)?.reactions).toMatchObject([{ emoji: '🙏' }])
}, 90_000)

test('in a group each of them is somebody', async () => {
  const own = newPhone()
  const group = world.network.groups.create(own, 'Team', [ANN, BEN]).id
  const members = [own, ANN, BEN]
  const id = await says(ANN, group, { text: 'who comes?' }, members)
  for (const [from, text] of [
    [BEN, '👍'],
    [own, '🙏'],
    [ANN, '❤️'],
  ] as const)
    await says(from, group, { reaction: { id, text } }, members)
  const device = await link(await world.createDevice(), own)
  const message = (await stored(device, group)).get(id)
  const people = message?.reactions?.map(({ emoji, by }) => [emoji, by.me ? 'me' : by.phone])
  expect(people?.sort()).toEqual(
    [
      ['❤️', ANN],
      ['👍', BEN],
      ['🙏', 'me'],
    ].sort(),
  )
}, 90_000)

test('what was said while no device was linked reaches the messages that are stored, and nothing older does', async () => {
  const own = newPhone()
  const device = await link(await world.createDevice(), own)
  const ids: string[] = []
  for (const text of ['liked', 'edited', 'deleted', 'taken back']) ids.push(await says(ANN, own, { text }))
  const [liked = '', edited = '', deleted = '', back = ''] = ids
  await says(ANN, own, { reaction: { id: back, text: '👍' } })
  await waitFor('the reaction', async () => (await stored(device)).get(back)?.reactions?.length === 1)
  const before = await row((await stored(device)).get(liked) as Message)
  await world.ask(device, { type: 'device.logout' })
  await waitFor('the end of the login', () => world.network.phone(own).view().devices.length === 0)
  await says(ANN, own, { reaction: { id: liked, text: '👍' } })
  await says(ANN, own, { edit: { id: edited, text: 'edited since' } })
  await says(ANN, own, { revoke: { id: deleted } })
  await world.change(device, { desired: 'online' })
  await link(device, own)
  const messages = await stored(device)
  expect(messages.get(liked)?.reactions).toMatchObject([{ emoji: '👍', by: { phone: ANN } }])
  expect(messages.get(edited)).toMatchObject({ text: 'edited since', editedAt: expect.any(String) })
  expect(messages.get(deleted)).toMatchObject({ text: 'deleted', revokedAt: expect.any(String) })
  expect(messages.get(back)?.reactions).toHaveLength(1)
  const after = await row(messages.get(liked) as Message)
  expect(after).toMatchObject({ unreadCount: before?.unreadCount, lastMessage: before?.lastMessage })
  const told = [...messages.values()]
    .filter(({ messageId }) => ids.includes(messageId))
    .flatMap((one) => readOutbox(one as never))
  expect(told).toEqual([])
}, 90_000)
