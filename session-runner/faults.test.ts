import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import type { Device } from '#domains/devices/model.ts'
import { deviceKey } from '#domains/devices/repo.ts'
import { deviceContactKey } from '#runner/inbound/contacts.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550004001'
const CUSTOMER = '15550004002'

let world: World
let device: Device

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  device = await world.pair(await world.createDevice({ shard: 0 }), OWN)
  world.network.createPhone(CUSTOMER)
}, 90_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

const since = async (state: Device['state'], code?: number) =>
  waitFor(
    `a transition to ${state} ${code ?? ''}`,
    async () =>
      (await world.currentDevice(device)).transitions.find((entry) => entry.state === state && entry.code === code),
    { everyMs: 20 },
  )

// First, because it waits until the new login has synchronised; the client holds its events back until then.
test('names of people are kept with the device', async () => {
  await world.network.phone(OWN).update({ contacts: [{ phone: CUSTOMER, name: 'Ann Customer' }] })
  await world.network.phone(CUSTOMER).send({ to: OWN, text: 'my name?' })
  const contact = await waitFor('the contact', async () => {
    const found = await world.main.get<{ fullName?: string }>(deviceContactKey(device.id, `${CUSTOMER}@s.whatsapp.net`))
    return found?.fullName === 'Ann Customer' && found
  })
  expect(contact).toMatchObject({ firstName: 'Ann', phone: CUSTOMER })
}, 30_000)

test('a stream error leads to a planned retry that says so, and to a connection again', async () => {
  world.network.faults.set({ kind: 'stream-error', phone: OWN, code: 503 })
  expect((await since('waiting', 503)).reason).toBe('WhatsApp is not available at the moment.')
  const back = await world.untilState(device, 'online')
  expect(back.nextRetryAt).toBeUndefined()
}, 30_000)

test('a take-over is answered by a new connection while the shard is ours', async () => {
  world.network.faults.set({ kind: 'stream-error', phone: OWN, code: 440 })
  expect((await since('waiting', 440)).owner).toMatch(/^task_/)
  await world.untilState(device, 'online')
}, 30_000)

test('an outdated client stops and waits for a person, who can start it again', async () => {
  world.network.faults.set({ kind: 'login-failure', phone: OWN, code: 405 })
  world.network.faults.set({ kind: 'disconnect', phone: OWN })
  const failed = await world.untilState(device, 'failed')
  expect(failed).toMatchObject({ code: 405, desired: 'online' })
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'not now' })
  expect((await world.untilStatus(ref, 'failed')).error?.code).toBe('device_not_connected')
  world.network.faults.clear()
  await world.command(device, { type: 'device.reconcile' })
  await world.untilState(device, 'online')
}, 30_000)

test('a number that is banned for a time says why and for how long, and stops', async () => {
  world.network.faults.set({ kind: 'login-failure', phone: OWN, code: 402 })
  world.network.faults.set({ kind: 'disconnect', phone: OWN })
  expect(await world.untilState(device, 'failed')).toMatchObject({ code: 402, desired: 'online' })
  const item = (await world.main.get(deviceKey(device.id))) ?? {}
  expect(readOutbox(item)).toMatchObject([
    { type: 'device.restricted', facts: { onConnect: true, banCode: 101, banSeconds: 3600 } },
  ])
  world.network.faults.clear()
  await world.command(device, { type: 'device.reconcile' })
  await world.untilState(device, 'online')
}, 30_000)

test('a phone that cannot link devices is told of, and another one can scan', async () => {
  const unlinked = await world.createDevice()
  const number = '15550004099'
  world.network.createPhone(number)
  world.network.faults.set({ kind: 'link-unsupported', phone: number, count: 1 })
  await expect(world.pair(unlinked, number)).rejects.toMatchObject({ code: 'link_unsupported' })
  await waitFor('the event', async () => {
    const { items } = await world.main.query({ pk: `D#${unlinked.id}`, prefix: 'SG#' })
    return items.flatMap((item) => readOutbox(item)).some(({ type }) => type === 'pairing.not_supported')
  })
  // Until the new code is there, the old one is what can be scanned.
  await waitFor('the link', () => world.pair(unlinked, number).catch(() => undefined), { timeoutMs: 20_000 })
}, 30_000)

test('a link that is not proven is told of as a failed pairing, and codes are shown again', async () => {
  const unlinked = await world.createDevice()
  const number = '15550004098'
  world.network.createPhone(number)
  world.network.faults.set({ kind: 'link-forged', phone: number, count: 1 })
  await expect(world.pair(unlinked, number)).rejects.toThrow()
  const waiting = await waitFor('the end of that connection', async () => {
    const { transitions } = await world.currentDevice(unlinked)
    return transitions.find(({ state }) => state === 'waiting')
  })
  expect(waiting.reason).toContain('not the phone of the account')
  await waitFor('the link', () => world.pair(unlinked, number).catch(() => undefined), { timeoutMs: 20_000 })
}, 30_000)

test('a device that nobody wants online closes, and opens again without pairing', async () => {
  await world.change(device, { desired: 'offline' })
  await world.ask(device, { type: 'device.reconcile' })
  expect((await world.currentDevice(device)).state).toBe('idle')
  await world.change(device, { desired: 'online' })
  await world.command(device, { type: 'device.reconcile' })
  await world.untilState(device, 'online')
}, 30_000)

test('a lost acknowledgement makes the same message go again, once for the recipient', async () => {
  world.network.faults.set({ kind: 'ack-withhold', phone: OWN, count: 1 })
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'acknowledged late' })
  await waitFor('the frame to arrive', () =>
    world.network
      .phone(CUSTOMER)
      .messages()
      .find(({ id }) => id === ref.messageId),
  )
  world.network.faults.set({ kind: 'disconnect', phone: OWN })
  expect(await world.untilStatus(ref, 'delivered', 20_000)).toMatchObject({ text: 'acknowledged late' })
  const copies = world.network
    .phone(CUSTOMER)
    .messages()
    .filter(({ id }) => id === ref.messageId)
  expect(copies).toHaveLength(1)
  world.network.faults.clear()
}, 40_000)

test('a command nobody understands fails its message and does not stop the others', async () => {
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'before' })
  await world.untilStatus(ref, 'delivered')
  const work = {
    type: 'message.send',
    conversationId: ref.conversationId,
    messageId: 'NOPE',
    content: { kind: 'hologram' },
  }
  await world.emulators.sqs.send(
    new SendMessageCommand({
      QueueUrl: world.queueUrls[0],
      MessageBody: JSON.stringify({ id: 'cmd_bad', tenantId: world.tenantId, deviceId: device.id, work }),
      MessageGroupId: `${device.id}.other`,
      MessageDeduplicationId: 'cmd_bad',
    }),
  )
  const after = await world.send(device, CUSTOMER, { kind: 'text', text: 'after' })
  await world.untilStatus(after, 'delivered')
}, 30_000)

test('a call is rejected when the settings say so, and the caller is told once', async () => {
  await world.change(device, { settings: { ...device.settings, rejectCalls: true } })
  await world.ask(device, { type: 'device.reconcile' })
  const rejected = new Promise((resolve) => {
    const stop = world.network.on((event) => {
      if (JSON.stringify(event).includes('reject')) {
        stop()
        resolve(true)
      }
    })
  })
  world.network.phone(CUSTOMER).call(OWN)
  expect(await rejected).toBe(true)
  const told = () =>
    world.network
      .phone(CUSTOMER)
      .messages()
      .filter(({ text }) => text === device.settings.callRejectMessage)
  await waitFor('the caller to be told', () => told().length > 0)
  expect(told()).toHaveLength(1)
}, 20_000)

test('a drain gives waiting commands back for the next task', async () => {
  world.network.faults.set({ kind: 'refuse-connections', ms: 60_000 })
  world.network.faults.set({ kind: 'disconnect', phone: OWN })
  await since('waiting', 428)
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'for the next one' })
  await waitFor('the command to be held', () =>
    world.runners.some((runner) => Number(runner.facts().commandsInFlight) > 0),
  )
  await Promise.all(world.runners.splice(0).map((runner) => runner.drain()))
  expect((await world.messageOf(ref))?.status).toBe('accepted')
  const lease = await world.session.get<{ owner?: string }>({ pk: 'LEASE#0', sk: 'META' })
  expect(lease?.owner).toBeUndefined()
  world.network.faults.clear()
  await world.startRunner()
  await world.untilStatus(ref, 'delivered', 8_000)
}, 60_000)

test('a message too long for the table is stored cut, once, and what follows it arrives', async () => {
  const { id } = await world.network.phone(CUSTOMER).send({ to: OWN, text: 'x'.repeat(420_000) })
  await world.network.phone(CUSTOMER).send({ to: OWN, text: 'after the long one' })
  const stored = await waitFor('the message after it', async () => {
    const all = await world.conversation(device, `${CUSTOMER}@s.whatsapp.net`)
    return all.some(({ text }) => text === 'after the long one') && all
  })
  const long = stored.filter(({ messageId }) => messageId === id)
  expect(long.map(({ kind, payload, text }) => [kind, payload, text?.length])).toEqual([
    ['text', { cut: true }, 65_536],
  ])
}, 30_000)
