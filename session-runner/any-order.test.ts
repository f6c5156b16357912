import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { type Conversation, conversationKey } from '#domains/conversations/model.ts'
import type { Message } from '#domains/messages/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550008401'
const ANN = '15550008402'
const CHAT = `${ANN}@s.whatsapp.net`

let world: World

beforeAll(async () => {
  world = await startWorld({ shards: 1, leaseTtlMs: 3_000 })
}, 60_000)
afterAll(async () => {
  await world?.close()
}, 60_000)

test('what was said of a poll that could not be opened is part of it when its sender repeats it, to another task', async () => {
  const first = await world.startChild()
  const device = await world.pair(await world.createDevice(), OWN)
  const linked = world.network.phone(OWN).view().devices[0]?.device ?? 1
  const ann = world.network.createPhone(ANN, { name: 'Ann' })
  const own = world.network.phone(OWN)
  const stored = (id: string, is: (message: Message) => boolean): Promise<Message> =>
    waitFor(
      `message ${id}`,
      async () => (await world.conversation(device, CHAT)).find((one) => one.messageId === id && is(one)),
      { timeoutMs: 30_000 },
    )
  await world.untilStatus(await world.send(device, ANN, { kind: 'text', text: 'hello' }), 'delivered')
  world.network.faults.set({ kind: 'device-cannot-decrypt', phone: OWN, device: linked, count: 1 })
  // She is gone as soon as it is sent, and cannot repeat it as long as she is.
  const [{ id }] = await Promise.all([
    ann.send({ to: OWN, poll: { name: 'When?', options: ['Mo', 'Tu'] } }),
    ann.update({ online: false }),
  ])
  await stored(id, ({ kind }) => kind === 'undecryptable')
  await waitFor('the poll at the phone', () => own.messages().some((message) => message.id === id))
  const vote = await own.send({ to: ANN, vote: { id, options: ['Tu'] } })
  const reaction = await own.send({ to: ANN, reaction: { id, text: '👍' } })
  await stored(vote.id, ({ payload }) => payload?.unreadable === true)
  await stored(reaction.id, ({ kind }) => kind === 'reaction')
  first.kill('SIGKILL')
  await once(first, 'exit')

  await world.startChild()
  await ann.update({ online: true })
  const poll = await stored(id, ({ kind }) => kind === 'poll')
  expect(poll).toMatchObject({
    text: 'When?',
    answers: [{ options: ['Tu'], by: { me: true } }],
    reactions: [{ emoji: '👍', by: { me: true } }],
  })
  expect(readOutbox(poll as never).map(({ type }) => type)).toEqual(['message.received'])
  const opened = await stored(vote.id, ({ payload }) => payload?.unreadable !== true)
  expect(opened).toMatchObject({ text: 'Tu', payload: { vote: true, options: ['Tu'] } })
  const row = await world.main.get<Conversation>(conversationKey(world.tenantId, poll.conversationId))
  expect(row).toMatchObject({ unreadCount: 1, lastMessage: { messageId: id, text: 'When?' } })
}, 90_000)
