import type { BinaryNode } from '@whiskeysockets/baileys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import type { Device } from '#domains/devices/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { deviceContactKey } from './inbound/contacts.ts'
import { readStreamError } from './inbound/signals.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550008001'
const CUSTOMER = '15550008002'
const FRIEND = '15550008003'
const EARLY = '15550008004'

let world: World
let device: Device

beforeAll(async () => {
  world = await startWorld()
  await world.startRunner()
  world.network.createPhone(OWN, { contacts: [{ phone: EARLY, name: 'Early Bird' }] })
  device = await world.pair(await world.createDevice(), OWN)
  world.network.createPhone(CUSTOMER, { autoRead: true })
  world.network.createPhone(FRIEND)
  await world.untilStatus(await world.send(device, CUSTOMER, { kind: 'text', text: 'hello' }), 'read')
}, 60_000)

afterAll(() => world?.close(), 30_000)

/** The facts of the first signal of a type that fits. */
const raised = (type: string, fits: (facts: Record<string, unknown>) => boolean = () => true) =>
  waitFor(`a ${type}`, async () => {
    const { items } = await world.main.query({ pk: `D#${device.id}`, prefix: 'SG#' })
    return items
      .flatMap((item) => readOutbox(item))
      .filter((entry) => entry.type === type)
      .map(({ facts }) => facts ?? {})
      .find(fits)
  })

const customer = () => world.network.phone(CUSTOMER)

test('a person who writes is announced with both addresses', async () => {
  customer().typing(OWN, 'composing')
  expect(await raised('presence.typing')).toMatchObject({
    phone: CUSTOMER,
    lid: expect.any(String),
    state: 'composing',
    media: 'text',
    isGroup: false,
  })
  customer().typing(OWN, 'recording')
  await raised('presence.typing', ({ media }) => media === 'audio')
})

test('a call is announced when it comes and when it ends', async () => {
  const { callId } = customer().call(OWN, true)
  expect(await raised('call.offered')).toMatchObject({ callId, video: true, phone: CUSTOMER })
  customer().hangUp(OWN, callId)
  expect(await raised('call.ended')).toMatchObject({ callId, reason: 'timeout', phone: CUSTOMER })
})

test('a call that is taken on the phone, the way it takes, and a call in a group are announced', async () => {
  const { callId } = customer().call(OWN)
  const isIt = (facts: Record<string, unknown>): boolean => facts.callId === callId
  expect(await raised('call.offered', isIt)).toMatchObject({ platform: 'android', platformVersion: expect.any(String) })
  expect(await raised('call.latency', isIt)).toMatchObject({ phone: CUSTOMER, latencyMs: 25 })
  world.network.phone(OWN).accept(callId)
  expect(await raised('call.accepted', isIt)).toMatchObject({ phone: CUSTOMER, lid: expect.any(String) })
  customer().hangUp(OWN, callId)
  expect(await raised('call.ended', isIt)).toMatchObject({ reason: 'hangup' })
  const group = world.network.groups.create(CUSTOMER, 'Callers', [OWN])
  customer().call(group.id, true)
  expect(await raised('call.announced')).toMatchObject({ group: group.id, kind: 'group', video: true, phone: CUSTOMER })
})

test('somebody who installs WhatsApp anew has another identity, and is written to as before', async () => {
  await customer().reinstall()
  expect(await raised('identity.changed')).toMatchObject({ phone: CUSTOMER, lid: expect.any(String) })
  await world.untilStatus(await world.send(device, CUSTOMER, { kind: 'text', text: 'still you?' }), 'read')
  const { id } = await customer().send({ to: OWN, text: 'still me' })
  await waitFor('the answer', async () =>
    (await world.conversation(device, `${CUSTOMER}@s.whatsapp.net`)).find(({ messageId }) => messageId === id),
  )
}, 30_000)

test('what waited while the device was away is announced by kinds, and when it has all come', async () => {
  await world.change(device, { desired: 'offline' })
  await world.command(device, { type: 'device.reconcile' })
  await world.untilState(device, 'idle')
  await customer().send({ to: OWN, text: 'are you there?' })
  await world.network.phone(OWN).update({ disappearing: 86_400 })
  await world.change(device, { desired: 'online' })
  await world.command(device, { type: 'device.reconcile' })
  const kinds = { messages: 1, notifications: 1, receipts: 0, appData: 0 }
  expect(await raised('offline.announced', ({ total }) => total === 2)).toMatchObject(kinds)
  await raised('offline.delivered', ({ count }) => count === 2)
  await world.untilState(device, 'online')
}, 30_000)

test('what the account changes on the phone is announced: privacy, and who is blocked', async () => {
  const own = world.network.phone(OWN)
  await own.update({ privacy: { last: 'contacts' } })
  expect(await raised('privacy.changed')).toMatchObject({ settings: { last: 'contacts' } })
  await own.update({ blocked: [CUSTOMER] })
  const change = { phone: CUSTOMER, lid: expect.any(String), action: 'block' }
  expect(await raised('blocklist.changed')).toMatchObject({ changes: [change] })
  expect(await raised('blocklist.updated')).toMatchObject({ changes: [change] })
  await own.update({ blocked: [] })
})

test('what the account changes here is announced as well: whom it blocks, each change once', async () => {
  const changed = async (action: 'block' | 'unblock') => {
    const blocked = action === 'block'
    await world.ask(device, { type: 'privacy.block', jids: [`${FRIEND}@s.whatsapp.net`], blocked })
    const isIt = ({ changes }: Record<string, unknown>) =>
      (changes as { phone?: string; action: string }[]).some((one) => one.phone === FRIEND && one.action === action)
    expect(await raised('blocklist.changed', isIt)).toEqual({
      changes: [{ jid: expect.stringMatching(/@lid$/), phone: FRIEND, lid: expect.any(String), action }],
    })
    await raised('blocklist.updated', isIt)
  }
  await changed('block')
  await changed('unblock')
})

test('a contact that changes the text about himself is announced', async () => {
  await world.network.phone(OWN).update({ contacts: [{ phone: CUSTOMER, name: 'Customer' }] })
  await customer().update({ about: 'On holiday' })
  expect(await raised('about.changed')).toMatchObject({ phone: CUSTOMER, about: 'On holiday' })
})

test('another picture of a contact, and of the account itself, is announced', async () => {
  const picture = Buffer.from([0xff, 0xd8, 0xff, 0xd9]).toString('base64')
  await customer().update({ picture })
  expect(await raised('picture.changed', ({ phone }) => phone === CUSTOMER)).toMatchObject({
    removed: false,
    at: expect.any(String),
  })
  await world.network.phone(OWN).update({ picture })
  expect(await raised('picture.changed', ({ phone }) => phone === OWN)).toMatchObject({
    lid: expect.any(String),
    at: expect.any(String),
  })
})

test('what the person reads on the phone is announced, in a group too', async () => {
  const own = world.network.phone(OWN)
  const group = world.network.groups.create(CUSTOMER, 'Readers', [OWN])
  for (const to of [OWN, group.id]) {
    const { id } = await customer().send({ to, text: 'read me' })
    await waitFor('the message on the phone', () => own.messages().some((message) => message.id === id))
    await own.read(id)
    const facts = await raised('message.read_elsewhere', ({ messageIds }) => (messageIds as string[]).includes(id))
    expect(facts).toMatchObject({ isGroup: to === group.id, direction: 'in', at: expect.any(String) })
  }
})

test('a name that the person gives somebody in the address book is announced, once', async () => {
  const item = () => world.main.get(deviceContactKey(device.id, `${FRIEND}@s.whatsapp.net`))
  const own = world.network.phone(OWN)
  for (const name of ['Old Friend', 'Best Friend']) {
    await own.update({ contacts: [{ phone: FRIEND, name }] })
    const kept = await waitFor('the name', async () => {
      const found = await item()
      return found?.fullName === name && found
    })
    expect(readOutbox(kept).filter(({ facts }) => facts?.source === 'phone')).toMatchObject([
      { type: 'address_book.changed' },
    ])
  }
  // What was in the address book before the login is no news.
  const first = await world.main.get(deviceContactKey(device.id, `${EARLY}@s.whatsapp.net`))
  expect(first).toMatchObject({ fullName: 'Early Bird' })
  expect(readOutbox(first ?? {})).toEqual([])
})

test('who was shown typing is watched from then on: there, away, and there again', async () => {
  const friend = world.network.phone(FRIEND)
  await world.ask(device, { type: 'chat.presence', chat: `${FRIEND}@s.whatsapp.net`, state: 'composing' })
  expect(await raised('presence.changed')).toMatchObject({ phone: FRIEND, available: false })
  friend.presence(true)
  await raised('presence.changed', ({ phone, available }) => phone === FRIEND && available === true)
})

test('a new login says which collections of app state it has read', async () => {
  for (const collection of ['critical_block', 'critical_unblock_low', 'regular_low', 'regular_high', 'regular']) {
    expect(await raised('app_state.synchronised', (facts) => facts.collection === collection)).toMatchObject({
      version: expect.any(Number),
    })
  }
})

test('a stream error is announced with its code', async () => {
  world.network.faults.set({ kind: 'stream-error', phone: OWN, code: 503 })
  expect(await raised('connection.stream_error')).toMatchObject({ code: 503 })
})

test('what has an event of its own is no stream error beside it', () => {
  const conflict = (type: string, code?: string): BinaryNode => ({
    tag: 'stream:error',
    attrs: { ...(code !== undefined && { code }) },
    content: [{ tag: 'conflict', attrs: { type } }],
  })
  expect(readStreamError(conflict('replaced'))).toEqual([])
  expect(readStreamError(conflict('device_removed', '401'))).toEqual([])
  expect(readStreamError(conflict('something')).map(({ facts }) => facts)).toEqual([{ code: 0 }])
})
