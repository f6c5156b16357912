import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import type { Message } from '#domains/messages/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550006201'
const CUSTOMER = '15550006202'
const CHAT = `${CUSTOMER}@s.whatsapp.net`

let world: World
let device: Device

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  device = await world.pair(await world.createDevice({ shard: 0 }), OWN)
  world.network.createPhone(CUSTOMER, { name: 'Ann' })
}, 90_000)

afterEach(() => vi.restoreAllMocks())
afterAll(() => world?.close(), 60_000)

const outage = (): Error => Object.assign(new Error('not now'), { name: 'InternalServerError', $metadata: {} })
const refusal = (): Error =>
  Object.assign(new Error('Item size has exceeded the maximum allowed size'), {
    name: 'ValidationException',
    $metadata: {},
  })

/** Makes the table fail for writes that hold the words, as often as `errors` gives an error. */
const failing = (method: 'transact' | 'update', words: string, errors: () => Error | undefined): void => {
  const real = world.main[method] as (...args: unknown[]) => Promise<unknown>
  vi.spyOn(world.main, method).mockImplementation((async (...args: unknown[]) => {
    const error = JSON.stringify(args).includes(words) ? errors() : undefined
    if (error) throw error
    return real(...args)
  }) as never)
}

const stored = (id: string): Promise<Message> =>
  waitFor(
    `message ${id}`,
    async () => (await world.conversation(device, CHAT)).find(({ messageId }) => messageId === id),
    { timeoutMs: 20_000 },
  )

const nothingWaits = (): Promise<unknown> =>
  waitFor('everything to be confirmed', () => world.network.phone(OWN).view().devices[0]?.pending === 0)

const reconnects = async (): Promise<number> =>
  (await world.currentDevice(device)).transitions.filter(({ state }) => state === 'waiting').length

test('a message that the table refuses for good is kept without its content; what follows it arrives', async () => {
  failing('transact', 'poisonous', refusal)
  const before = await reconnects()
  const { id } = await world.network.phone(CUSTOMER).send({ to: OWN, text: 'poisonous' })
  const after = await world.network.phone(CUSTOMER).send({ to: OWN, text: 'harmless' })
  expect(await stored(after.id)).toMatchObject({ kind: 'text', text: 'harmless' })
  const kept = await stored(id)
  expect(kept).toMatchObject({
    kind: 'unsupported',
    payload: { cut: true, reason: 'ValidationException' },
    phone: CUSTOMER,
    direction: 'in',
  })
  expect(kept).not.toHaveProperty('text')
  await nothingWaits()
  expect(await reconnects()).toBe(before)
}, 40_000)

test('a message that the table cannot take for a while comes again, whole', async () => {
  let failures = 8
  failing('transact', 'patient', () => (failures-- > 0 ? outage() : undefined))
  const { id } = await world.network.phone(CUSTOMER).send({ to: OWN, text: 'patient' })
  expect(await stored(id)).toMatchObject({ kind: 'text', text: 'patient', offline: true })
  expect(failures).toBeLessThan(0)
  await world.untilState(device, 'online')
  await nothingWaits()
}, 60_000)

test('a receipt that cannot be stored for a while comes again and is not lost', async () => {
  let failures = 12
  failing('update', 'deliveredAt', () => (failures-- > 0 ? outage() : undefined))
  const before = await reconnects()
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'did it arrive?' })
  await world.untilStatus(ref, 'delivered', 30_000)
  expect(failures).toBeLessThan(0)
  expect(await reconnects()).toBeGreaterThan(before)
  await world.untilState(device, 'online')
  await nothingWaits()
}, 60_000)

test('a receipt that the table refuses for good ends no connection', async () => {
  const before = await reconnects()
  failing('update', 'deliveredAt', refusal)
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'no receipt for this' })
  await world.untilStatus(ref, 'sent')
  await nothingWaits()
  vi.restoreAllMocks()
  const next = await world.send(device, CUSTOMER, { kind: 'text', text: 'but for this' })
  await world.untilStatus(next, 'delivered')
  expect(await reconnects()).toBe(before)
}, 40_000)
