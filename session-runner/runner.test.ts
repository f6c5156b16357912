import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

let world: World
let device: Device

beforeAll(async () => {
  world = await startWorld()
}, 60_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

test('pairs by QR, sends a text with its states, and stores what arrives', async () => {
  const runner = await world.startRunner()
  device = await world.pair(await world.createDevice(), '15550001001')
  expect(device.jid).toMatch(/^15550001001:\d+@s\.whatsapp\.net$/)

  const customer = world.network.createPhone('15550001002', { autoRead: true })
  const ref = await world.send(device, '15550001002', { kind: 'text', text: 'hello' })
  const sent = await world.untilStatus(ref, 'read')
  expect(sent.sentAt && sent.deliveredAt && sent.readAt).toBeTruthy()
  expect(sent.proto).toBeInstanceOf(Uint8Array)
  expect(customer.messages().map((message) => [message.id, message.text, message.times])).toEqual([
    [ref.messageId, 'hello', 1],
  ])

  const { id } = await customer.send({ to: '15550001001', text: 'hello back' })
  const received = await waitFor('the answer in the conversation', async () => {
    const messages = await world.conversation(device, '15550001002@s.whatsapp.net')
    return messages.find((message) => message.messageId === id)
  })
  expect(received).toMatchObject({
    direction: 'in',
    kind: 'text',
    text: 'hello back',
    phone: '15550001002',
    conversationId: ref.conversationId,
  })
  expect(received.lid).toBeTruthy()
  await waitFor(
    'the delivery receipt',
    () => customer.messages().find((message) => message.id === id)?.status === 'delivered',
  )
  expect(runner.facts()).toMatchObject({ state: 'running', devices: { online: 1 } })
}, 60_000)

test('a restarted task takes the device up again and goes on', async () => {
  await Promise.all(world.runners.splice(0).map((runner) => runner.drain()))
  const customer = world.network.phone('15550001002')
  await world.startRunner()
  const again = await waitFor('the session to be back', () =>
    world.network
      .phone('15550001001')
      .view()
      .devices.find((linked) => linked.ready),
  )
  expect(again.connected).toBe(true)
  const { id } = await customer.send({ to: '15550001001', text: 'are you there?' })
  const thread = await waitFor('the message', async () => {
    const messages = await world.conversation(device, '15550001002@s.whatsapp.net')
    return messages.find((message) => message.messageId === id)
  })
  expect(thread.text).toBe('are you there?')
}, 60_000)
