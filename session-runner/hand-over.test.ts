import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './testing/world.ts'

const CUSTOMER = '15550077002'

let world: World

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
}, 60_000)

afterAll(() => world?.close(), 60_000)

test('a task that ends in good order leaves nothing that the next one has to wait for', async () => {
  const first = await world.startRunner()
  world.network.createPhone(CUSTOMER, { autoRead: true })
  const device = await world.pair(await world.createDevice(), '15550077001')
  await world.untilStatus(await world.send(device, CUSTOMER, { kind: 'text', text: 'before' }), 'read')
  await first.drain()
  await world.startRunner()
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'after' })
  // Far less than the time after which an unacknowledged command of the first task would become visible again (15 s).
  await world.untilStatus(ref, 'read', 10_000)
  const got = world.network.phone(CUSTOMER).messages()
  expect(got.map(({ text, times }) => ({ text, times }))).toEqual([
    { text: 'before', times: 1 },
    { text: 'after', times: 1 },
  ])
}, 60_000)
