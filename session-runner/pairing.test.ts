import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

let world: World

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
}, 60_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

test('a code ends with its connection; the next connection offers another one', async () => {
  const device = await world.createDevice()
  await world.command(device, { type: 'device.reconcile' })
  const shown = await waitFor('a QR code', async () => (await world.currentDevice(device)).qr?.code)
  world.network.faults.set({ kind: 'refuse-connections' })
  world.network.faults.set({ kind: 'disconnect' })
  const waiting = await world.untilState(device, 'waiting')
  expect(waiting.qr).toBeUndefined()
  world.network.faults.clear()
  const next = await waitFor('another QR code', async () => (await world.currentDevice(device)).qr?.code)
  expect(next).not.toBe(shown)
}, 40_000)
