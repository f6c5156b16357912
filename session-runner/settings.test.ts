import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Device, DeviceSettings } from '#domains/devices/model.ts'
import type { Message } from '#domains/messages/model.ts'
import type { SandboxEvent } from '#local/whatsapp/events.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550005001'
const CUSTOMER = '15550005002'
const CUSTOMER_JID = `${CUSTOMER}@s.whatsapp.net`

let world: World
let device: Device
const events: SandboxEvent[] = []

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  device = await world.pair(await world.createDevice(), OWN)
  world.network.createPhone(CUSTOMER)
  world.network.on((event) => events.push(event))
}, 90_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

const customer = () => world.network.phone(CUSTOMER)

const use = async (change: Partial<DeviceSettings>): Promise<void> => {
  const { settings } = await world.currentDevice(device)
  await world.change(device, { settings: { ...settings, ...change } })
  await world.ask(device, { type: 'device.reconcile' })
}

const stored = (id: string, jid: string): Promise<Message> =>
  waitFor(
    `message ${id}`,
    async () => (await world.conversation(device, jid)).find((message) => message.messageId === id),
    { everyMs: 20 },
  )

/** Ids of a chat's stored messages, once a message sent after them has been stored elsewhere. */
const idsAfterwards = async (jid: string): Promise<string[]> => {
  const { id } = await customer().send({ to: OWN, text: 'afterwards' })
  await stored(id, CUSTOMER_JID)
  return (await world.conversation(device, jid)).map(({ messageId }) => messageId)
}

test('group messages are left out while that is set; sends to the group arrive all the same, and so does what comes later', async () => {
  const group = world.network.groups.create(CUSTOMER, 'Team', [OWN])
  await use({ skipGroups: true })
  const { id } = await customer().send({ to: group.id, text: 'nobody is to see this' })
  expect(await idsAfterwards(group.id)).not.toContain(id)
  const refused = events.filter(({ type, data }) => type === 'frame.in' && data?.tag === 'ack' && data.error)
  expect(refused).toEqual([])

  // A member that cannot decrypt asks again: that request comes from the group as well.
  world.network.faults.set({ kind: 'phone-cannot-decrypt', phone: CUSTOMER, count: 1 })
  const sent = await world.send(device, group.id, { kind: 'text', text: 'to the group' })
  await world.untilStatus(sent, 'delivered')
  await waitFor('the member to have it', () =>
    customer()
      .messages({ chat: group.id })
      .find(({ text }) => text === 'to the group'),
  )

  await use({ skipGroups: false })
  const later = await customer().send({ to: group.id, text: 'seen again' })
  expect(await stored(later.id, group.id)).toMatchObject({ text: 'seen again', isGroup: true })
}, 60_000)

test('what is written on the linked phone is left out while that is set', async () => {
  await use({ skipOwnMessages: true })
  const own = world.network.phone(OWN)
  const { id } = await own.send({ to: CUSTOMER, text: 'from my phone' })
  expect(await idsAfterwards(CUSTOMER_JID)).not.toContain(id)
  await use({ skipOwnMessages: false })
  const later = await own.send({ to: CUSTOMER, text: 'from my phone again' })
  expect(await stored(later.id, CUSTOMER_JID)).toMatchObject({ source: 'phone' })
}, 60_000)

test('media stay where they are while that is set, by the device or by the installation', async () => {
  const image = { base64: Buffer.alloc(900, 5).toString('base64') }
  const leftOut = async (): Promise<void> => {
    const { id } = await customer().send({ to: OWN, image })
    const message = await stored(id, CUSTOMER_JID)
    expect(message.media).toMatchObject({ state: 'failed', error: expect.stringMatching(/leave media out/) })
    expect(message.media?.key).toBeUndefined()
  }
  await use({ skipMedia: true })
  await leftOut()
  await use({ skipMedia: false })
  process.env.GLOBAL_SKIP_MEDIA_DOWNLOAD = 'true'
  await leftOut()
  delete process.env.GLOBAL_SKIP_MEDIA_DOWNLOAD
  const { id } = await customer().send({ to: OWN, image })
  await waitFor('the media', async () => (await stored(id, CUSTOMER_JID)).media?.state === 'ready')
}, 60_000)

test('calls are rejected with the message while that is set', async () => {
  await use({ skipCalls: true, callRejectMessage: 'Not now, write to me.' })
  const { callId } = customer().call(OWN)
  await waitFor('the rejection', () =>
    events.find(({ type, data }) => type === 'call' && data?.callId === callId && data.state === 'rejected'),
  )
  await waitFor('the message to the caller', () =>
    customer()
      .messages()
      .find(({ text }) => text === 'Not now, write to me.'),
  )
  await use({ skipCalls: false })
}, 60_000)

test('a session that is to be shown as away is available first, and away three seconds later', async () => {
  await use({ autoPresenceUnavailable: true })
  const from = events.length
  const shown = (): unknown[] =>
    events.slice(from).flatMap(({ type, phone, data }) => (type === 'presence' && phone === OWN ? data?.available : []))
  await world.ask(device, { type: 'device.reconnect' })
  // The end of the old connection shows it as away as well: what counts follows the new one.
  await waitFor(
    'away after available',
    () => shown().lastIndexOf(false) > shown().indexOf(true) && shown().includes(true),
  )
  await use({ autoPresenceUnavailable: false })
}, 60_000)
