import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import type { Message } from '#domains/messages/model.ts'
import type { PhoneMessage } from '#local/whatsapp/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550006001'
const FRIEND = '15550006002'
const COLLEAGUE = '15550006003'
const STRANGER = '15550006004'
const CHAT = `${FRIEND}@s.whatsapp.net`
const STATUS = 'status@broadcast'

let world: World
let device: Device

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  for (const phone of [FRIEND, COLLEAGUE, STRANGER]) world.network.createPhone(phone)
  const contacts = [FRIEND, COLLEAGUE].map((phone) => ({ phone, name: `Contact ${phone}` }))
  world.network.createPhone(OWN, { contacts })
  device = await world.pair(await world.createDevice(), OWN)
  await waitFor('the contacts', async () => {
    const { items } = await world.main.query<{ fullName?: string }>({ pk: `D#${device.id}`, prefix: 'K#' })
    return items.filter(({ fullName }) => fullName).length >= 2
  })
}, 90_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

const phone = (number: string) => world.network.phone(number)

/** A message as a phone has it. */
const onPhone = (number: string, id: string): Promise<PhoneMessage> =>
  waitFor(`message ${id} on ${number}`, () =>
    phone(number)
      .messages()
      .find((message) => message.id === id),
  )

const stored = (jid: string, id: string): Promise<Message> =>
  waitFor(`message ${id}`, async () =>
    (await world.conversation(device, jid)).find(({ messageId }) => messageId === id),
  )

describe('reactions', () => {
  test('to a message of the other side and to an own one; an empty one takes it away', async () => {
    const theirs = await phone(FRIEND).send({ to: OWN, text: 'like this?' })
    await stored(CHAT, theirs.id)
    const own = await world.send(device, FRIEND, { kind: 'text', text: 'or this?' })
    await world.untilStatus(own, 'delivered')
    for (const [messageId, fromMe, emoji] of [
      [theirs.id, false, '👍'],
      [own.messageId, true, '❤️'],
      [own.messageId, true, ''],
    ] as const) {
      const target = { chat: CHAT, messageId, fromMe }
      const ref = await world.send(device, FRIEND, { kind: 'reaction', target, emoji })
      await world.untilStatus(ref, 'delivered')
      expect(await onPhone(FRIEND, ref.messageId)).toMatchObject({
        kind: 'reaction',
        targetId: messageId,
        reaction: emoji,
      })
    }
  }, 30_000)

  test('in a group name the author', async () => {
    const group = world.network.groups.create(FRIEND, 'Reactions', [OWN, COLLEAGUE])
    const { id } = await phone(COLLEAGUE).send({ to: group.id, text: 'who likes it?' })
    const { participant } = await stored(group.id, id)
    const target = { chat: group.id, messageId: id, fromMe: false, participant }
    const ref = await world.send(device, group.id, { kind: 'reaction', target, emoji: '🎉' })
    await world.untilStatus(ref, 'delivered')
    for (const member of [FRIEND, COLLEAGUE]) {
      expect(await onPhone(member, ref.messageId)).toMatchObject({ targetId: id, reaction: '🎉' })
    }
  }, 30_000)
})

test('a message that is deleted for everyone is gone at the other side and on the own phone', async () => {
  const own = await world.send(device, FRIEND, { kind: 'text', text: 'forget this' })
  await world.untilStatus(own, 'delivered')
  const target = { chat: CHAT, messageId: own.messageId, fromMe: true }
  const ref = await world.send(device, FRIEND, { kind: 'revoke', target })
  await world.untilStatus(ref, 'delivered')
  for (const number of [FRIEND, OWN]) {
    await waitFor(`the deletion on ${number}`, async () => (await onPhone(number, own.messageId)).revoked === true)
  }
}, 30_000)

describe('status posts', () => {
  const style = { backgroundArgb: 4_294_967_295, textArgb: 4_278_190_080, font: 7 }
  const has = (number: string, id: string): boolean =>
    phone(number)
      .messages()
      .some((message) => message.id === id)

  test('reach the contacts and the own phone, and nobody else', async () => {
    const ref = await world.send(device, STATUS, { kind: 'text', text: 'my status', style })
    await world.untilStatus(ref, 'delivered')
    for (const number of [FRIEND, COLLEAGUE, OWN]) {
      expect(await onPhone(number, ref.messageId)).toMatchObject({ chat: STATUS, text: 'my status' })
    }
    expect(has(STRANGER, ref.messageId)).toBe(false)
  }, 30_000)

  test('with a file', async () => {
    const file = Buffer.alloc(20_000, 7)
    await world.emulators.s3.send(
      new PutObjectCommand({ Bucket: world.emulators.bucket, Key: 'up/status', Body: file }),
    )
    const media = { key: 'up/status', mimeType: 'image/png', sizeBytes: file.length, width: 4, height: 3 }
    const ref = await world.send(device, STATUS, { kind: 'image', media, caption: 'sunset' })
    await world.untilStatus(ref, 'delivered')
    expect(await onPhone(FRIEND, ref.messageId)).toMatchObject({ kind: 'image', caption: 'sunset' })
    expect((await phone(FRIEND).media(ref.messageId)).bytes.equals(file)).toBe(true)
  }, 30_000)

  test('keep to who may see them', async () => {
    await phone(OWN).update({ statusAudience: { type: 'blacklist', phones: [COLLEAGUE] } })
    const hidden = await world.send(device, STATUS, { kind: 'text', text: 'not for all' })
    await world.untilStatus(hidden, 'delivered')
    await onPhone(FRIEND, hidden.messageId)
    expect(has(COLLEAGUE, hidden.messageId)).toBe(false)
    await phone(OWN).update({ statusAudience: { type: 'whitelist', phones: [STRANGER] } })
    const chosen = await world.send(device, STATUS, { kind: 'text', text: 'for one' })
    await world.untilStatus(chosen, 'delivered')
    await onPhone(STRANGER, chosen.messageId)
    expect(has(FRIEND, chosen.messageId)).toBe(false)
  }, 30_000)
})
