import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

/** What another server than the sandbox network, or WhatsApp on another day, leaves out or does in another way. */

let world: World

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
}, 60_000)

afterEach(() => {
  world.network.faults.clear()
})

afterAll(async () => {
  await world?.close()
}, 60_000)

test('a greeting before the link is no login: the device shows codes and comes online once linked', async () => {
  world.network.faults.set({ kind: 'greets-unlinked' })
  const device = await world.createDevice()
  await world.command(device, { type: 'device.reconcile' })
  // What the client sends once it takes itself for logged in.
  await waitFor('the client to have opened', () => (world.network.stats().stanzasIn.ib ?? 0) > 0)
  const shown = await waitFor('a QR code', async () => {
    const now = await world.currentDevice(device)
    return now.state === 'pairing' && now.qr && now
  })
  expect(shown.transitions.map(({ state }) => state)).not.toContain('online')
  world.network.createPhone('15550009001')
  await world.network.phone('15550009001').scan(shown.qr?.code ?? '')
  expect((await world.untilState(device, 'online')).jid).toMatch(/^15550009001:/)
}, 40_000)

test('a device that was linked logs in, though nobody tells it to connect anew', async () => {
  world.network.faults.set({ kind: 'link-without-restart' })
  const device = await world.pair(await world.createDevice(), '15550009002')
  expect(device.jid).toMatch(/^15550009002:/)
}, 40_000)

test('people without a LID get messages', async () => {
  world.network.faults.set({ kind: 'no-lids' })
  const device = await world.pair(await world.createDevice(), '15550009003')
  const ann = world.network.createPhone('15550009004')
  const ref = await world.send(device, '15550009004', { kind: 'text', text: 'by number' })
  await world.untilStatus(ref, 'delivered')
  expect(ann.messages().map(({ text }) => text)).toEqual(['by number'])
}, 60_000)

test('an acknowledgement counts by its id, of whatever class it is', async () => {
  const device = await world.pair(await world.createDevice(), '15550009005')
  world.network.createPhone('15550009006')
  world.network.faults.set({ kind: 'ack-other-class' })
  world.network.faults.set({ kind: 'receipt-withhold' })
  const ref = await world.send(device, '15550009006', { kind: 'text', text: 'acknowledged' })
  await world.untilStatus(ref, 'sent', 5_000)
}, 60_000)

test('a login comes online and sends, though nobody answers what the client asks then', async () => {
  const device = await world.pair(await world.createDevice(), '15550009007')
  world.network.createPhone('15550009008')
  const before = await world.send(device, '15550009008', { kind: 'text', text: 'before' })
  await world.untilStatus(before, 'delivered')
  for (const xmlns of ['encrypt', 'passive', 'abt', 'blocklist', 'privacy', 'w:profile:picture', 'w:m']) {
    world.network.faults.set({ kind: 'iq-withhold', phone: '15550009007', xmlns })
  }
  world.network.faults.set({ kind: 'disconnect', phone: '15550009007' })
  await world.untilState(device, 'waiting')
  await world.untilState(device, 'online', 12_000)
  const after = await world.send(device, '15550009008', { kind: 'text', text: 'after' })
  await world.untilStatus(after, 'sent', 5_000)
}, 60_000)

test('a code that WhatsApp refuses is not shown', async () => {
  world.network.faults.set({ kind: 'code-refused', code: 429 })
  const device = await world.createDevice()
  await expect(world.ask(device, { type: 'device.pair-code', phone: '15550009009' })).rejects.toMatchObject({
    code: 'upstream_error',
  })
  expect((await world.currentDevice(device)).pairing).toBeUndefined()
}, 60_000)

test('the LID that came with the link stays, though a login names none', async () => {
  const device = await world.pair(await world.createDevice(), '15550009010')
  expect(device.lid).toMatch(/@lid$/)
  world.network.faults.set({ kind: 'no-lids' })
  world.network.faults.set({ kind: 'disconnect', phone: '15550009010' })
  await world.untilState(device, 'waiting')
  expect((await world.untilState(device, 'online')).lid).toBe(device.lid)
}, 60_000)

test('a question of the server whether somebody is there is answered', async () => {
  await world.pair(await world.createDevice(), '15550009011')
  const answered = new Promise((resolve) => {
    const stop = world.network.on(({ phone, data }) => {
      const { tag, id, stanzaType } = (data ?? {}) as Record<string, unknown>
      if (phone !== '15550009011' || tag !== 'iq' || id !== 'ping' || stanzaType !== 'result') return
      stop()
      resolve(true)
    })
  })
  expect(world.network.faults.set({ kind: 'ping', phone: '15550009011' }).struck).toBe(1)
  expect(await answered).toBe(true)
}, 20_000)

test('a login that nobody answers is given up, though the server speaks again', async () => {
  const device = await world.pair(await world.createDevice(), '15550009020')
  world.network.faults.set({ kind: 'silence', phone: '15550009020' })
  world.network.faults.set({ kind: 'disconnect', phone: '15550009020' })
  await world.untilState(device, 'connecting')
  await delay(1_500)
  world.network.faults.clear()
  await world.untilState(device, 'online', 40_000)
}, 90_000)
