import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import type { Message } from '#domains/messages/model.ts'
import { isoTime } from '#kit/clock.ts'
import { fail } from '#kit/errors.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550003001'
const CUSTOMER = '15550003002'

let world: World
let device: Device

beforeAll(async () => {
  world = await startWorld({ shards: 2 })
  await world.startRunner()
  device = await world.pair(await world.createDevice(), OWN)
  world.network.createPhone(CUSTOMER)
}, 90_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

const stored = (id: string, jid = `${CUSTOMER}@s.whatsapp.net`, accept = (_: Message) => true): Promise<Message> =>
  waitFor(
    `message ${id}`,
    async () => {
      const messages = await world.conversation(device, jid)
      return messages.find((message) => message.messageId === id && accept(message))
    },
    { everyMs: 20 },
  )

const customer = () => world.network.phone(CUSTOMER)
const bytesOf = (size: number): Buffer => Buffer.from(Array.from({ length: size }, (_, at) => (at * 7) % 256))

test('media that arrive are fetched into the bucket, the right bytes', async () => {
  const file = bytesOf(70_000)
  const { id } = await customer().send({
    to: OWN,
    document: { base64: file.toString('base64'), mimetype: 'application/pdf', fileName: 'a.pdf' },
  })
  const message = await stored(id, undefined, (found) => found.media?.state !== 'pending')
  expect(message).toMatchObject({
    kind: 'document',
    media: { state: 'ready', fileName: 'a.pdf', sizeBytes: file.length },
  })
  const object = await world.emulators.s3.send(
    new GetObjectCommand({ Bucket: world.emulators.bucket, Key: message.media?.key }),
  )
  expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(file)).toBe(true)
  expect(object.ContentType).toBe('application/pdf')
}, 30_000)

test('media that are gone are asked for again at the sender', async () => {
  world.network.faults.set({ kind: 'media-gone', count: 1 })
  const { id } = await customer().send({ to: OWN, image: { base64: bytesOf(500).toString('base64') } })
  const message = await stored(id, undefined, (found) => found.media?.state !== 'pending')
  expect(message.media).toMatchObject({ state: 'ready', sizeBytes: 500 })
  world.network.faults.clear()
}, 60_000)

test('media are sent from the bucket', async () => {
  const file = bytesOf(30_000)
  await world.emulators.s3.send(new PutObjectCommand({ Bucket: world.emulators.bucket, Key: 'up/1', Body: file }))
  const media = { key: 'up/1', mimeType: 'image/png', sizeBytes: file.length, width: 4, height: 3 }
  const ref = await world.send(device, CUSTOMER, { kind: 'image', media, caption: 'look' })
  await world.untilStatus(ref, 'delivered')
  const got = customer()
    .messages()
    .find((message) => message.id === ref.messageId)
  expect(got).toMatchObject({ kind: 'image', caption: 'look' })
  expect((await customer().media(ref.messageId)).bytes.equals(file)).toBe(true)
}, 30_000)

test('a message written on the linked phone is stored as sent by the phone', async () => {
  const { id } = await world.network.phone(OWN).send({ to: CUSTOMER, text: 'from my phone' })
  const message = await stored(id)
  expect(message).toMatchObject({ direction: 'out', source: 'phone', text: 'from my phone' })
  expect(message.sentAt).toBeTruthy()
}, 30_000)

test('replies, reactions, edits and revocations name what they are about', async () => {
  const { id } = await customer().send({ to: OWN, text: 'first' })
  await stored(id)
  const reply = await customer().send({ to: OWN, text: 'second', quote: id })
  expect((await stored(reply.id)).quotedId).toBe(id)
  const reaction = await customer().send({ to: OWN, reaction: { id, text: '👍' } })
  expect((await stored(reaction.id)).payload).toMatchObject({ targetId: id, emoji: '👍' })
  const edit = await customer().send({ to: OWN, edit: { id, text: 'better' } })
  expect(await stored(edit.id)).toMatchObject({ kind: 'edit', text: 'better', payload: { targetId: id } })
  const revoke = await customer().send({ to: OWN, revoke: { id } })
  expect(await stored(revoke.id)).toMatchObject({ kind: 'revoke', payload: { targetId: id } })
}, 30_000)

test('a group is written to and read from, also by a second message with the same sender key', async () => {
  const group = world.network.groups.create(CUSTOMER, 'Team', [OWN])
  for (const text of ['one', 'two']) {
    const { id } = await customer().send({ to: group.id, text })
    expect(await stored(id, group.id)).toMatchObject({ isGroup: true, text, phone: CUSTOMER, direction: 'in' })
  }
  for (const text of ['three', 'four']) {
    const ref = await world.send(device, group.id, { kind: 'text', text })
    await world.untilStatus(ref, 'delivered')
    await waitFor('the member to have it', () =>
      customer()
        .messages({ chat: group.id })
        .find((message) => message.text === text),
    )
  }
  const groups = (await world.ask(device, { type: 'groups.list' })) as object[]
  expect(groups).toEqual([
    expect.objectContaining({
      jid: group.id,
      name: 'Team',
      owner: { phone: CUSTOMER, lid: expect.any(String) },
      nameSetAt: expect.any(Number),
      nameSetBy: { phone: CUSTOMER, lid: expect.any(String) },
    }),
  ])
  expect(groups[0]).not.toHaveProperty('topic')
}, 40_000)

test('a group that the number is no member of refuses at once, with the reason', async () => {
  const foreign = world.network.groups.create(CUSTOMER, 'Others', [])
  const codes = { [foreign.id]: 'not_group_member', '120363999999999999@g.us': 'group_unknown' } as const
  for (const [to, code] of Object.entries(codes)) {
    const ref = await world.send(device, to, { kind: 'text', text: 'hello?' })
    const { error } = await world.untilStatus(ref, 'failed')
    expect(error).toEqual({ code, providerCode: expect.any(Number), message: fail(code).message })
  }
}, 30_000)

test('what arrives while the connection is down is stored as offline, in order', async () => {
  world.network.faults.set({ kind: 'refuse-connections', ms: 1500 })
  world.network.faults.set({ kind: 'disconnect', phone: OWN })
  const ids: string[] = []
  for (const text of ['while', 'you', 'were', 'away']) ids.push((await customer().send({ to: OWN, text })).id)
  for (const id of ids) expect((await stored(id)).offline).toBe(true)
  world.network.faults.clear()
  await world.untilState(device, 'online')
}, 40_000)

test('a send waits for a connection that is coming back', async () => {
  world.network.faults.set({ kind: 'refuse-connections', ms: 1500 })
  world.network.faults.set({ kind: 'disconnect', phone: OWN })
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'patient' })
  expect((await world.untilStatus(ref, 'delivered')).sentAt).toBeTruthy()
  expect(
    customer()
      .messages()
      .filter((message) => message.text === 'patient'),
  ).toHaveLength(1)
  world.network.faults.clear()
}, 40_000)

test('a send whose item is not stored yet creates it', async () => {
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'early' }, {}, { record: false })
  expect(await world.untilStatus(ref, 'delivered')).toMatchObject({ text: 'early', direction: 'out' })
}, 30_000)

test('a retry receipt is answered from the stored message', async () => {
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'say again' })
  await world.untilStatus(ref, 'delivered')
  world.network.faults.set({ kind: 'phone-cannot-decrypt', phone: CUSTOMER, count: 1 })
  const again = await world.send(device, CUSTOMER, { kind: 'text', text: 'unreadable at first' })
  await world.untilStatus(again, 'delivered')
  expect(
    customer()
      .messages()
      .find((message) => message.id === again.messageId)?.text,
  ).toBe('unreadable at first')
  world.network.faults.clear()
}, 40_000)

test('error 463 fails the message and restricts the device', async () => {
  world.network.faults.set({ kind: 'ack-error', phone: OWN, code: 463 })
  const ref = await world.send(device, CUSTOMER, { kind: 'text', text: 'cold call' })
  const failed = await world.untilStatus(ref, 'failed')
  expect(failed.error).toMatchObject({ code: 'send_failed', providerCode: 463 })
  const restricted = await world.untilState(device, 'restricted')
  expect(restricted.transitions[0]).toMatchObject({ state: 'restricted', code: 463 })
  world.network.faults.clear()
}, 30_000)

test('numbers are looked up with both addresses', async () => {
  const found = await world.ask(device, { type: 'users.check', phones: [CUSTOMER, '15559999999'] })
  expect(found).toEqual([
    { phone: CUSTOMER, exists: true, jid: `${CUSTOMER}@s.whatsapp.net`, lid: expect.stringMatching(/@lid$/) },
    { phone: '15559999999', exists: false },
  ])
}, 30_000)

test('a phone is linked by code', async () => {
  const second = await world.createDevice()
  const phone = world.network.createPhone('15550003009')
  const { code } = (await world.ask(second, { type: 'device.pair-code', phone: '15550003009' })) as { code: string }
  expect(code).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/)
  expect((await world.currentDevice(second)).pairing?.code).toBe(code)
  await phone.linkCode(code)
  const online = await world.untilState(second, 'online')
  expect(online.pairing).toBeUndefined()
}, 40_000)

test('an unlinked device is logged out, its login deleted, and sends fail at once', async () => {
  const third = await world.pair(await world.createDevice(), '15550003010')
  const linked = world.network.phone('15550003010').view().devices[0]
  await world.network.phone('15550003010').unlink(linked?.device ?? 1)
  const out = await world.untilState(third, 'loggedOut')
  expect(out).toMatchObject({ desired: 'offline', code: 401 })
  const left = await world.session.query({ pk: `A#${third.id}` })
  expect(left.items).toEqual([])
  const ref = await world.send(third, CUSTOMER, { kind: 'text', text: 'x' })
  expect((await world.untilStatus(ref, 'failed')).error?.code).toBe('device_logged_out')
}, 40_000)

test('a message that cannot be opened is announced, and is itself once it comes again', async () => {
  const linked = world.network.phone(OWN).view().devices[0]?.device ?? 1
  world.network.faults.set({ kind: 'device-cannot-decrypt', phone: OWN, device: linked, count: 1 })
  const { id } = await world.network.phone(CUSTOMER).send({ to: OWN, text: 'second attempt' })
  const message = await waitFor('the message to be opened', async () => {
    const found = (await world.conversation(device, `${CUSTOMER}@s.whatsapp.net`)).find((each) => each.messageId === id)
    return found?.kind === 'text' && found
  })
  expect(message.text).toBe('second attempt')
  const asked = (await world.conversation(device, `${CUSTOMER}@s.whatsapp.net`)).filter((each) => each.messageId === id)
  expect(asked).toHaveLength(1)
}, 30_000)

test('a logout by command ends the login at WhatsApp', async () => {
  const fourth = await world.pair(await world.createDevice(), '15550003011')
  await world.ask(fourth, { type: 'device.logout' })
  expect(await world.currentDevice(fourth)).toMatchObject({ state: 'loggedOut', reason: 'Logged out on request.' })
  await waitFor('the phone to have no device', () => world.network.phone('15550003011').view().devices.length === 0)
}, 40_000)

test('a deleted device is let go of with its login, and no late write brings a part of it back', async () => {
  const deleted = await world.pair(await world.createDevice(), '15550003012')
  await customer().send({ to: '15550003012', text: 'keys in use' })
  await changeDevice(world.ctx, deleted.id, { set: { deletedAt: isoTime(Date.now()) } })
  await world.command(deleted, { type: 'device.reconcile' })
  const phone = world.network.phone('15550003012')
  await waitFor('the connection to end', () => phone.view().devices.every((linked) => !linked.connected))
  await waitFor('the keys to be gone', async () => {
    const { items } = await world.session.query({ pk: `A#${deleted.id}` })
    return items.length === 0
  })
}, 60_000)

test('a device whose deletion a write meets first, before the command that tells of it, loses its login as well', async () => {
  const deleted = await world.pair(await world.createDevice(), '15550003013')
  await changeDevice(world.ctx, deleted.id, { set: { deletedAt: isoTime(Date.now()) } })
  await world.network.phone('15550003013').update({ name: 'Another name' })
  await waitFor('the keys to be gone', async () => {
    const { items } = await world.session.query({ pk: `A#${deleted.id}` })
    return items.length === 0
  })
}, 60_000)

test('receipts that come under the LID raise a message that was sent to the phone number', async () => {
  const stranger = world.network.createPhone('15550003020', { autoRead: true })
  const ref = await world.send(device, '15550003020', { kind: 'text', text: 'hello stranger' })
  await world.untilStatus(ref, 'read')
  // From here on WhatsApp addresses the chat by LID.
  const { id } = await stranger.send({ to: OWN, text: 'who is this?', addressing: 'lid' })
  const message = await stored(id, '15550003020@s.whatsapp.net')
  expect(message.conversationId).toBe(ref.conversationId)
  expect(message).toMatchObject({ phone: '15550003020', lid: expect.any(String) })
}, 30_000)
