import { randomBytes } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { proto } from '@whiskeysockets/baileys'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MessageContent, MessageContext } from '#domains/commands/model.ts'
import type { Device } from '#domains/devices/model.ts'
import type { PhoneMessage } from '#local/whatsapp/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550007001'
const FRIEND = '15550007002'
const COLLEAGUE = '15550007003'
const CHAT = `${FRIEND}@s.whatsapp.net`

let world: World
let device: Device
let group: string

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  for (const phone of [FRIEND, COLLEAGUE]) world.network.createPhone(phone)
  device = await world.pair(await world.createDevice(), OWN)
  group = world.network.groups.create(FRIEND, 'Structured', [OWN, COLLEAGUE]).id
}, 90_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

const onPhone = (number: string, id: string): Promise<PhoneMessage> =>
  waitFor(`message ${id} on ${number}`, () =>
    world.network
      .phone(number)
      .messages()
      .find((message) => message.id === id),
  )

/** Sends, waits until it is delivered, and gives it as the friend's phone has it. */
const sent = async (content: MessageContent, context: MessageContext = {}, to = FRIEND): Promise<PhoneMessage> => {
  const ref = await world.send(device, to, content, context)
  await world.untilStatus(ref, 'delivered')
  return onPhone(FRIEND, ref.messageId)
}

const upload = async (key: string, mimeType: string) => {
  const file = randomBytes(5000)
  await world.emulators.s3.send(new PutObjectCommand({ Bucket: world.emulators.bucket, Key: key, Body: file }))
  return { key, mimeType, sizeBytes: file.length, fileName: 'file' }
}

describe('kinds', () => {
  test('a place', async () => {
    const place = { latitude: 48.85837, longitude: 2.294481, name: 'Eiffel Tower' }
    const got = await sent({ kind: 'location', ...place })
    expect(got).toMatchObject({ kind: 'location', location: place })
  }, 30_000)

  test('one card, and several', async () => {
    const card = { name: 'Jo', vcard: 'BEGIN:VCARD\nVERSION:3.0\nFN:Jo\nEND:VCARD' }
    expect(await sent({ kind: 'contacts', contacts: [card] })).toMatchObject({
      kind: 'contact',
      text: 'Jo',
      contacts: [card],
    })
    expect((await sent({ kind: 'contacts', contacts: [card, card] })).contacts).toEqual([card, card])
  }, 30_000)

  test('an appointment; a call has a link to join it', async () => {
    const event = { name: 'Sync', description: 'weekly', startsAt: 2_524_608_000, endsAt: 2_524_611_600 }
    const place = { name: 'Room A', latitude: -23.5505, longitude: -46.6333 }
    const got = await sent({ kind: 'event', ...event, place, guestsAllowed: true, call: true })
    expect(got).toMatchObject({ kind: 'event', event: { ...event, location: place, guestsAllowed: true, call: true } })
    expect(got.event?.joinLink).toMatch(/^https:\/\/call\.whatsapp\.com\/video\/[\w-]+$/)
    const cancelled = await sent({ kind: 'event', name: 'Sync', startsAt: 2_524_608_000, cancelled: true })
    expect(cancelled.event).toMatchObject({ cancelled: true, call: false })
  }, 30_000)

  test('a poll, to one and to a group; what is stored has the secret of its votes', async () => {
    const secret = randomBytes(32)
    const options = ['09:00', '14:00']
    const poll: MessageContent = {
      kind: 'poll',
      question: 'When?',
      options,
      single: true,
      secret: secret.toString('base64'),
    }
    const got = await sent(poll)
    expect(got).toMatchObject({ kind: 'poll', text: 'When?', poll: { options, selectable: 1, votable: true } })
    const [stored] = (await world.conversation(device, CHAT)).slice(-1)
    expect(stored?.messageId).toBe(got.id)
    const kept = proto.Message.decode(stored?.proto ?? new Uint8Array())
    expect(Buffer.from(kept.messageContextInfo?.messageSecret ?? []).equals(secret)).toBe(true)
    expect(kept.pollCreationMessageV3).toBeTruthy()
    const many = await sent({ ...poll, single: false }, {}, group)
    expect(many).toMatchObject({ chat: group, poll: { options, selectable: 0, votable: true } })
  }, 30_000)
})

describe('interactive messages', () => {
  const reply = { name: 'quick_reply', params: '{"display_text":"Yes","id":"yes"}' }

  test('buttons have words, title and footer, and a name on the stanza', async () => {
    const panel = { title: 'Lunch', text: 'Coming?', footer: 'the team', buttons: [reply] }
    const shown = {
      ...panel,
      buttons: [{ name: 'quick_reply', params: { display_text: 'Yes', id: 'yes' } }],
      version: 1,
    }
    for (const to of [FRIEND, group]) {
      const got = await sent({ kind: 'interactive', form: 'buttons', panel }, {}, to)
      expect(got).toMatchObject({ kind: 'interactive', text: 'Coming?', interactive: shown, nativeFlow: 'mixed' })
    }
  }, 30_000)

  test('a payment is named on the stanza', async () => {
    const pay = { name: 'review_and_pay', params: '{"reference_id":"O1"}' }
    const got = await sent({ kind: 'interactive', form: 'buttons', panel: { text: 'Pay', buttons: [pay] } })
    expect(got.nativeFlow).toBe('order_details')
    const pix = { name: 'payment_info', params: '{}' }
    const paid = await sent({ kind: 'interactive', form: 'buttons', panel: { text: 'Pay', buttons: [pix] } })
    expect(paid.nativeFlow).toBe('payment_info')
  }, 30_000)

  test('a file stands above the words, of each kind', async () => {
    for (const [kind, mimeType] of [
      ['image', 'image/jpeg'],
      ['video', 'video/mp4'],
      ['document', 'application/pdf'],
    ] as const) {
      const header = { kind, media: await upload(`up/head-${kind}`, mimeType), caption: 'look' }
      const got = await sent({ kind: 'interactive', form: 'buttons', panel: { header, text: 'x', buttons: [reply] } })
      expect(got.interactive).toMatchObject({ header: kind, text: 'x' })
    }
  }, 30_000)

  test('a carousel has its cards with their files and buttons', async () => {
    const header = { kind: 'image' as const, media: await upload('up/card', 'image/jpeg') }
    const cards = [
      { header, text: 'first', buttons: [reply] },
      { text: 'second', buttons: [reply, reply] },
    ]
    const got = await sent({ kind: 'interactive', form: 'carousel', panel: { text: 'Look', buttons: [] }, cards })
    expect(got.interactive?.cards).toMatchObject([
      { header: 'image', text: 'first', buttons: [{ name: 'quick_reply' }] },
      { text: 'second', buttons: [{ name: 'quick_reply' }, { name: 'quick_reply' }] },
    ])
    expect(got.nativeFlow).toBe('mixed')
  }, 30_000)

  test('a form that WhatsApp does not take is an error that says so, never sent', async () => {
    world.network.faults.set({ kind: 'ack-error', phone: OWN, code: 405, count: 1 })
    const ref = await world.send(device, FRIEND, {
      kind: 'interactive',
      form: 'buttons',
      panel: { text: 'x', buttons: [reply] },
    })
    const failed = await world.untilStatus(ref, 'failed')
    expect(failed.error).toMatchObject({
      code: 'send_failed',
      providerCode: 405,
      message: expect.stringContaining('form of message'),
    })
  }, 30_000)
})

describe('what a message says about others', () => {
  const written = async (message: Parameters<ReturnType<World['network']['phone']>['send']>[0]): Promise<string> => {
    const { id } = await world.network.phone(FRIEND).send(message)
    const jid = message.to === OWN ? CHAT : message.to
    await waitFor(`message ${id}`, async () =>
      (await world.conversation(device, jid)).find(({ messageId }) => messageId === id),
    )
    return id
  }

  test('a reply shows the stored message, whatever its kind, and who wrote it', async () => {
    const image = await written({
      to: OWN,
      image: { base64: randomBytes(300).toString('base64'), caption: 'the view' },
    })
    const toImage = await sent({ kind: 'text', text: 'nice' }, { quotedId: image, quotedParticipant: CHAT })
    expect(toImage).toMatchObject({ text: 'nice', quotedId: image, quotedText: 'the view', quotedFrom: CHAT })
    const poll = await written({ to: OWN, poll: { name: 'Tea?', options: ['yes', 'no'] } })
    const toPoll = await sent({ kind: 'location', latitude: 1, longitude: 2 }, { quotedId: poll })
    expect(toPoll).toMatchObject({ kind: 'location', quotedId: poll, quotedText: 'Tea?', quotedFrom: CHAT })
    const own = await sent({ kind: 'text', text: 'mine' })
    const toOwn = await sent({ kind: 'text', text: 'again' }, { quotedId: own.id })
    expect(toOwn).toMatchObject({ quotedId: own.id, quotedText: 'mine', quotedFrom: `${OWN}@s.whatsapp.net` })
  }, 30_000)

  test('a reply in a group names who wrote there', async () => {
    const id = await written({ to: group, text: 'who comes?' })
    const got = await sent({ kind: 'text', text: 'me' }, { quotedId: id }, group)
    expect(got).toMatchObject({ quotedId: id, quotedText: 'who comes?', quotedFrom: expect.stringMatching(/@lid$/) })
  }, 30_000)

  test('words that the caller gives win, and a message that was never seen here can be answered', async () => {
    const id = await written({ to: OWN, text: 'as it was' })
    const given = await sent(
      { kind: 'text', text: 'x' },
      { quotedId: id, quotedParticipant: CHAT, quotedText: 'as told' },
    )
    expect(given.quotedText).toBe('as told')
    const unknown = await sent({ kind: 'text', text: 'x' }, { quotedId: '3EB0UNKNOWN', quotedParticipant: CHAT })
    expect(unknown).toMatchObject({ quotedId: '3EB0UNKNOWN', quotedFrom: CHAT })
  }, 30_000)

  test('mentions, forwarding and expiry', async () => {
    const context = { mentions: [CHAT], forwarded: true, expirationSeconds: 86_400 }
    expect(await sent({ kind: 'text', text: '@x' }, context)).toMatchObject({
      mentions: [CHAT],
      forwarded: true,
      expiration: 86_400,
    })
  }, 30_000)

  test('in a group with a timer messages say when they disappear; the caller may say otherwise', async () => {
    world.network.groups.update(FRIEND, group, { ephemeral: 604_800 })
    await waitFor(
      'the timer to be known',
      async () => (await sent({ kind: 'text', text: 'soon' }, {}, group)).expiration === 604_800,
    )
    const location = { kind: 'location', latitude: 1, longitude: 2 } as const
    expect((await sent(location, {}, group)).expiration).toBe(604_800)
    expect((await sent({ kind: 'text', text: 'x' }, { expirationSeconds: 86_400 }, group)).expiration).toBe(86_400)
    world.network.groups.update(FRIEND, group, { ephemeral: 0 })
    await waitFor(
      'the timer to be off',
      async () => !(await sent({ kind: 'text', text: 'stays' }, {}, group)).expiration,
    )
  }, 30_000)

  test('a mention of all names everybody in the group but oneself, and nobody in a chat of two', async () => {
    const got = await sent({ kind: 'text', text: '@all' }, { mentionAll: true }, group)
    expect(got.mentionsAll).toBe(true)
    expect(got.mentions).toHaveLength(2)
    const own = device.lid?.replace(/:\d+/, '')
    expect(got.mentions).not.toContain(own)
    const alone = await sent({ kind: 'text', text: 'x' }, { mentionAll: true })
    expect(alone).not.toHaveProperty('mentions')
    expect(alone).not.toHaveProperty('mentionsAll')
  }, 30_000)
})

describe('edits', () => {
  test('change the words on both phones and in the store; a later reply quotes the new ones', async () => {
    const first = await world.send(device, FRIEND, { kind: 'text', text: 'frist' })
    await world.untilStatus(first, 'delivered')
    const edit = await world.send(device, FRIEND, {
      kind: 'edit',
      chat: CHAT,
      messageId: first.messageId,
      text: 'first',
    })
    await world.untilStatus(edit, 'delivered')
    for (const number of [FRIEND, OWN]) {
      await waitFor(`the edit on ${number}`, async () => {
        const { text, edited } = await onPhone(number, first.messageId)
        return edited && text === 'first'
      })
    }
    const stored = await world.messageOf(first)
    expect(stored).toMatchObject({ text: 'first', editedAt: expect.any(String), kind: 'text' })
    const reply = await sent({ kind: 'text', text: 'see' }, { quotedId: first.messageId })
    expect(reply.quotedText).toBe('first')
  }, 30_000)

  test('may mention somebody', async () => {
    const first = await world.send(device, group, { kind: 'text', text: 'hello' })
    await world.untilStatus(first, 'delivered')
    const edit: MessageContent = { kind: 'edit', chat: group, messageId: first.messageId, text: '@x hello' }
    const got = await sent(edit, { mentions: [CHAT] }, group)
    expect(got).toMatchObject({ kind: 'edit', targetId: first.messageId, text: '@x hello', mentions: [CHAT] })
    // Who opens the message there sees the mention too, until another edit takes it out again.
    const edited = async (text: string) =>
      waitFor('the edited message', async () => {
        const message = await onPhone(FRIEND, first.messageId)
        return message.text === text && message
      })
    expect(await edited('@x hello')).toMatchObject({ edited: true, mentions: [CHAT] })
    await sent({ ...edit, text: 'hello again' }, {}, group)
    expect((await edited('hello again')).mentions).toBeUndefined()
  }, 30_000)
})

test('typing is shown before the message', async () => {
  const seen: string[] = []
  const stop = world.network.on((event) => {
    if (event.type === 'chatstate') seen.push(JSON.stringify(event))
  })
  await sent({ kind: 'text', text: 'typed' }, { typingMs: 50 })
  stop()
  expect(seen.join()).toContain('composing')
}, 30_000)
