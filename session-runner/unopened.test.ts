import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import type { Message } from '#domains/messages/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550006101'
const CUSTOMER = '15550006102'
const CHAT = `${CUSTOMER}@s.whatsapp.net`

let world: World
let device: Device
let linked: number

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  device = await world.pair(await world.createDevice({ shard: 0 }), OWN)
  linked = world.network.phone(OWN).view().devices[0]?.device ?? 1
  world.network.createPhone(CUSTOMER, { name: 'Ann' })
}, 90_000)

afterEach(() => world.network.faults.clear())
afterAll(() => world?.close(), 60_000)

const stored = (id: string, is: (message: Message) => boolean = () => true): Promise<Message> =>
  waitFor(`message ${id}`, async () =>
    (await world.conversation(device, CHAT)).find((message) => message.messageId === id && is(message)),
  )

/** Whether the linked device has confirmed everything it was sent: nothing comes again at its next login. */
const nothingWaits = (): Promise<unknown> =>
  waitFor('everything to be confirmed', () => world.network.phone(OWN).view().devices[0]?.pending === 0)

test('a message that came without encryption is stored as what it is, and acknowledged', async () => {
  world.network.faults.set({ kind: 'device-plaintext', phone: OWN, device: linked, count: 1 })
  const { id } = await world.network.phone(CUSTOMER).send({ to: OWN, text: 'in the open' })
  expect(await stored(id)).toMatchObject({ kind: 'text', text: 'in the open', phone: CUSTOMER, direction: 'in' })
  await nothingWaits()
}, 30_000)

test('a message in an encryption that the client does not know is kept as one that could not be opened', async () => {
  world.network.faults.set({ kind: 'device-cannot-know', phone: OWN, device: linked, count: 1 })
  const { id } = await world.network.phone(CUSTOMER).send({ to: OWN, text: 'for bots only' })
  expect(await stored(id)).toMatchObject({ kind: 'undecryptable', payload: { unavailable: 'msmsg' }, phone: CUSTOMER })
  const after = await world.network.phone(CUSTOMER).send({ to: OWN, text: 'what follows' })
  await stored(after.id, ({ kind }) => kind === 'text')
  await nothingWaits()
}, 30_000)
