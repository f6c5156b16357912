import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { type Contact, contactKey, contactName } from '#domains/contacts/model.ts'
import { conversationKey } from '#domains/conversations/model.ts'
import type { DeviceFacts } from '#domains/deliveries/model.ts'
import { digigoPayload } from '#domains/deliveries/payloads/digigo.ts'
import type { Device } from '#domains/devices/model.ts'
import { messageReceived } from '#domains/messages/events.ts'
import { type Message, messageKey } from '#domains/messages/model.ts'
import { toEventRecord } from '#kit/define-event.ts'
import type { MessageInput } from '#local/whatsapp/phone-compose.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550009001'
const FRIEND = '15550009002'
const CHAT = `${FRIEND}@s.whatsapp.net`
const STATUS = 'status@broadcast'

let world: World
let device: Device
let group: string

beforeAll(async () => {
  world = await startWorld()
  await world.startRunner()
  device = await world.pair(await world.createDevice(), OWN)
  world.network.createPhone(FRIEND, { name: 'Fay', contacts: [{ phone: OWN, name: 'Shop' }] })
  group = world.network.groups.create(FRIEND, 'Team', [OWN]).id
}, 90_000)

afterAll(() => world?.close(), 60_000)

const friend = () => world.network.phone(FRIEND)

type Item = Message & Record<string, unknown>

const stored = (id: string, chat = CHAT, accept: (message: Item) => boolean = () => true): Promise<Item> =>
  waitFor(
    `message ${id}`,
    async () => {
      const found = (await world.conversation(device, chat)).find((message) => message.messageId === id)
      return found && accept(found as Item) && (found as Item)
    },
    { everyMs: 20 },
  )

const sends = async (input: Omit<MessageInput, 'to'>, to = OWN): Promise<string> =>
  (await friend().send({ to, ...input })).id

/** The webhook of a message's arrival, made of the item as the stream shows it. */
const webhookOf = async (item: Item): Promise<Record<string, never>> => {
  const { id, number, name, jid, lid } = await world.currentDevice(device)
  const facts: DeviceFacts = { id, number, name, jid, lid }
  const entry = { type: messageReceived.type, id: 'evt_1', at: item.timestamp }
  const payload = await digigoPayload(toEventRecord(messageReceived, entry, item), facts, { publicUrl: 'https://gw' })
  return JSON.parse(JSON.stringify(payload))
}

const base64 = Buffer.alloc(900, 7).toString('base64')
const VCARD = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD'
const text = (words: string) => ({ extendedTextMessage: { text: words } })
const FILE = {
  mediaKey: expect.stringMatching(/^[\w+/]{43}=$/),
  fileSHA256: expect.stringMatching(/^[\w+/]{43}=$/),
  fileEncSHA256: expect.stringMatching(/^[\w+/]{43}=$/),
  directPath: expect.stringMatching(/^\/v\//),
  URL: expect.stringMatching(/^https:.*\/v\//),
  fileLength: 900,
}
const READY = { state: 'ready', sizeBytes: 900, key: expect.any(String) }

type Row = { sent: Omit<MessageInput, 'to'>; kept: object; message: object }

/** What a person sends by itself: what is stored of it, and the member that a DIGIGO client gets. */
const KINDS: Record<string, Row> = {
  text: {
    sent: { text: '*bold* _it_ ~no~' },
    kept: { kind: 'text', text: '*bold* _it_ ~no~' },
    message: { conversation: '*bold* _it_ ~no~' },
  },
  'text with a mention': {
    sent: { text: `@${OWN} look`, mentions: [OWN] },
    kept: { kind: 'text', payload: { mentions: [`${OWN}@s.whatsapp.net`] } },
    message: {
      extendedTextMessage: { text: `@${OWN} look`, contextInfo: { mentionedJID: [`${OWN}@s.whatsapp.net`] } },
    },
  },
  'text that disappears, passed on': {
    sent: { text: 'soon gone', expiration: 86_400, forwarded: true },
    kept: { payload: { expiresIn: 86_400, forwarded: true } },
    message: { extendedTextMessage: { contextInfo: { expiration: 86_400, isForwarded: true } } },
  },
  'text with a link': {
    sent: {
      proto: {
        extendedTextMessage: { text: 'see https://e.org', matchedText: 'https://e.org', title: 'E', description: 'D' },
      },
    },
    kept: { kind: 'text', payload: { link: { url: 'https://e.org', title: 'E', description: 'D' } } },
    message: { extendedTextMessage: { text: 'see https://e.org', matchedText: 'https://e.org', title: 'E' } },
  },
  image: {
    sent: { image: { base64, caption: 'Look' } },
    kept: { kind: 'image', text: 'Look', media: READY },
    message: { imageMessage: { ...FILE, caption: 'Look', mimetype: 'image/jpeg' } },
  },
  'image to be seen once': {
    sent: { image: { base64, viewOnce: true } },
    kept: { kind: 'image', payload: { viewOnce: true }, media: READY },
    message: { imageMessage: { ...FILE, viewOnce: true } },
  },
  video: {
    sent: { video: { base64, seconds: 3 } },
    kept: { kind: 'video', media: READY },
    message: { videoMessage: { ...FILE, seconds: 3 } },
  },
  'voice note': {
    sent: { audio: { base64, ptt: true } },
    kept: { kind: 'audio', payload: { voice: true }, media: READY },
    message: { audioMessage: { ...FILE, PTT: true } },
  },
  document: {
    sent: { document: { base64, fileName: 'a.pdf' } },
    kept: { kind: 'document', media: { ...READY, fileName: 'a.pdf' } },
    message: { documentMessage: { ...FILE, fileName: 'a.pdf' } },
  },
  sticker: { sent: { sticker: base64 }, kept: { kind: 'sticker', media: READY }, message: { stickerMessage: FILE } },
  location: {
    sent: { location: { latitude: 52.5, longitude: 13.4, name: 'Here' } },
    kept: { kind: 'location', text: 'Here', payload: { latitude: 52.5, longitude: 13.4 } },
    message: { locationMessage: { degreesLatitude: 52.5, degreesLongitude: 13.4, name: 'Here' } },
  },
  'live location': {
    sent: { liveLocation: { latitude: 1, longitude: 2, sequence: 1, caption: 'On my way' } },
    kept: { kind: 'location', text: 'On my way', payload: { live: true, sequence: 1 } },
    message: { liveLocationMessage: { degreesLatitude: 1, sequenceNumber: 1, caption: 'On my way' } },
  },
  contact: {
    sent: { contact: { name: 'Ann', phone: '1555' } },
    kept: { kind: 'contacts', text: 'Ann' },
    message: { contactMessage: { displayName: 'Ann' } },
  },
  contacts: {
    sent: {
      proto: {
        contactsArrayMessage: {
          contacts: [
            { displayName: 'A', vcard: VCARD },
            { displayName: 'B', vcard: VCARD },
          ],
        },
      },
    },
    kept: {
      kind: 'contacts',
      payload: {
        contacts: [
          { name: 'A', vcard: VCARD },
          { name: 'B', vcard: VCARD },
        ],
      },
    },
    message: { contactsArrayMessage: { contacts: [{ displayName: 'A', vcard: VCARD }, { displayName: 'B' }] } },
  },
  poll: {
    sent: { poll: { name: 'When?', options: ['Mo', 'Tu'] } },
    kept: { kind: 'poll', payload: { options: ['Mo', 'Tu'], selectable: 1 } },
    message: { pollCreationMessage: { name: 'When?', options: [{ optionName: 'Mo' }, { optionName: 'Tu' }] } },
  },
  event: {
    sent: { event: { name: 'Party', startsAt: 1_900_000_000, place: 'Here' } },
    kept: { kind: 'event', text: 'Party', payload: { startsAt: 1_900_000_000, place: { name: 'Here' } } },
    message: { eventMessage: { name: 'Party', startTime: 1_900_000_000, location: { name: 'Here' } } },
  },
  'chosen row of a native list': {
    sent: { choice: { form: 'list', id: 'row-7', title: 'Seven' } },
    kept: { kind: 'interactive', text: 'Seven', payload: { type: 'list', id: 'row-7', title: 'Seven' } },
    message: {
      interactiveResponseMessage: {
        nativeFlowResponseMessage: { name: 'single_select', paramsJSON: expect.stringContaining('row-7') },
      },
    },
  },
  'pressed native button': {
    sent: { choice: { form: 'button', id: 'yes', title: 'Yes' } },
    kept: { kind: 'interactive', text: 'Yes', payload: { type: 'button', id: 'yes' } },
    message: { interactiveResponseMessage: { body: { text: 'Yes' } } },
  },
  'chosen row of an older list': {
    sent: { proto: { listResponseMessage: { title: 'One', singleSelectReply: { selectedRowId: 'r1' } } } },
    kept: { kind: 'interactive', text: 'One', payload: { type: 'list', id: 'r1' } },
    message: { listResponseMessage: { title: 'One', singleSelectReply: { selectedRowID: 'r1' } } },
  },
  'pressed older button': {
    sent: { proto: { buttonsResponseMessage: { selectedButtonId: 'b1', selectedDisplayText: 'Go', type: 1 } } },
    kept: { kind: 'interactive', text: 'Go', payload: { type: 'button', id: 'b1' } },
    message: { buttonsResponseMessage: { selectedButtonID: 'b1', selectedDisplayText: 'Go' } },
  },
  'pressed button of a template': {
    sent: { proto: { templateButtonReplyMessage: { selectedId: 't1', selectedDisplayText: 'Go', selectedIndex: 2 } } },
    kept: { kind: 'interactive', payload: { type: 'template', id: 't1', index: 2 } },
    message: { templateButtonReplyMessage: { selectedID: 't1', selectedIndex: 2 } },
  },
  'words with buttons': {
    sent: {
      proto: {
        interactiveMessage: {
          header: { title: 'T' },
          body: { text: 'Choose' },
          footer: { text: 'F' },
          nativeFlowMessage: {
            buttons: [
              { name: 'quick_reply', buttonParamsJson: '{"id":"y"}' },
              { name: 'broken', buttonParamsJson: '{' },
            ],
          },
        },
      },
    },
    kept: {
      kind: 'interactive',
      text: 'Choose',
      payload: {
        form: 'buttons',
        title: 'T',
        footer: 'F',
        buttons: [
          { name: 'quick_reply', params: { id: 'y' } },
          { name: 'broken', params: '{' },
        ],
      },
    },
    message: {
      interactiveMessage: {
        header: { title: 'T' },
        body: { text: 'Choose' },
        nativeFlowMessage: { buttons: [{ name: 'quick_reply', buttonParamsJSON: '{"id":"y"}' }, {}] },
      },
    },
  },
  'an older list': {
    sent: {
      proto: {
        listMessage: {
          title: 'T',
          description: 'D',
          buttonText: 'Open',
          sections: [{ title: 'S', rows: [{ rowId: 'r', title: 'R' }] }],
        },
      },
    },
    kept: {
      kind: 'interactive',
      text: 'D',
      payload: {
        form: 'list',
        buttons: [
          {
            name: 'single_select',
            params: { title: 'Open', sections: [{ title: 'S', rows: [{ id: 'r', title: 'R' }] }] },
          },
        ],
      },
    },
    message: { interactiveMessage: { body: { text: 'D' } } },
  },
  'a template': {
    sent: {
      proto: {
        templateMessage: {
          hydratedTemplate: {
            hydratedContentText: 'Hi',
            hydratedButtons: [{ urlButton: { displayText: 'Open', url: 'https://e.org' } }],
          },
        },
      },
    },
    kept: {
      kind: 'interactive',
      text: 'Hi',
      payload: {
        form: 'buttons',
        buttons: [{ name: 'cta_url', params: { display_text: 'Open', url: 'https://e.org' } }],
      },
    },
    message: { interactiveMessage: { body: { text: 'Hi' } } },
  },
  order: {
    sent: {
      proto: {
        orderMessage: {
          orderId: 'O1',
          itemCount: 2,
          message: 'Please',
          totalAmount1000: 12_500,
          totalCurrencyCode: 'EUR',
          token: 'tok',
        },
      },
    },
    kept: {
      kind: 'order',
      text: 'Please',
      payload: { orderId: 'O1', items: 2, total: 12.5, currency: 'EUR', token: 'tok' },
    },
    message: {
      orderMessage: { orderID: 'O1', itemCount: 2, message: 'Please', totalAmount1000: 12_500, token: 'tok' },
    },
  },
  product: {
    sent: {
      proto: {
        productMessage: {
          businessOwnerJid: CHAT,
          product: { productId: 'P1', title: 'Shoe', priceAmount1000: 5000, currencyCode: 'EUR' },
        },
      },
    },
    kept: { kind: 'order', text: 'Shoe', payload: { productId: 'P1', price: 5, seller: CHAT } },
    message: {
      productMessage: { businessOwnerJID: CHAT, product: { productID: 'P1', title: 'Shoe', priceAmount1000: 5000 } },
    },
  },
  'invitation to a group': {
    sent: {
      proto: {
        groupInviteMessage: {
          groupJid: '1203@g.us',
          groupName: 'G',
          inviteCode: 'abc',
          inviteExpiration: 1_900_000_000,
        },
      },
    },
    kept: { kind: 'invite', payload: { groupJid: '1203@g.us', inviteCode: 'abc', expiresAt: 1_900_000_000 } },
    message: { groupInviteMessage: { groupJID: '1203@g.us', inviteCode: 'abc' } },
  },
  'timer of the chat': {
    sent: { proto: { protocolMessage: { type: 3, ephemeralExpiration: 604_800 } } },
    kept: { kind: 'system', payload: { about: 'timer', seconds: 604_800 } },
    message: { protocolMessage: { type: 'EPHEMERAL_SETTING', ephemeralExpiration: 604_800 } },
  },
  album: {
    sent: { proto: { albumMessage: { expectedImageCount: 2 } } },
    kept: { kind: 'album', payload: { images: 2 } },
    message: { albumMessage: { expectedImageCount: 2 } },
  },
  'request for money': {
    sent: {
      proto: { requestPaymentMessage: { noteMessage: text('lunch'), amount1000: 7000, currencyCodeIso4217: 'BRL' } },
    },
    kept: { kind: 'payment', text: 'lunch', payload: { type: 'request', amount: 7, currency: 'BRL' } },
    message: { type: 'request', amount: 7 },
  },
  'a planned call': {
    sent: {
      proto: { scheduledCallCreationMessage: { title: 'Talk', scheduledTimestampMs: 1_900_000_000_000, callType: 2 } },
    },
    kept: { kind: 'call', text: 'Talk', payload: { startsAt: 1_900_000_000_000, video: true } },
    message: { scheduledCallCreationMessage: { title: 'Talk', callType: 'VIDEO' } },
  },
  'something WhatsApp adds later': {
    sent: { proto: { requestPhoneNumberMessage: {} } },
    kept: { kind: 'unsupported', payload: { type: 'requestPhoneNumberMessage' } },
    message: { type: 'requestPhoneNumberMessage' },
  },
}

test.each(Object.entries(KINDS))('%s is stored, announced, and named as WhatsApp names it', async (_name, row) => {
  const id = await sends(row.sent)
  const item = await stored(id, CHAT, ({ media }) => media?.state !== 'pending')
  expect(item).toMatchObject({
    direction: 'in',
    phone: FRIEND,
    lid: expect.any(String),
    senderName: 'Fay',
    ...row.kept,
  })
  const raw = await world.main.get(messageKey(item.tenantId, item.conversationId, id))
  expect(raw && readOutbox(raw).map(({ type }) => type)).toEqual([
    item.media ? 'message.media_ready' : 'message.received',
  ])
  expect(await webhookOf(item)).toMatchObject({
    type: 'Message',
    event: { Info: { ID: id, Sender: CHAT, Phone: FRIEND, LID: item.lid, IsFromMe: false }, Message: row.message },
  })
})

const conversation = async (item: Item) => {
  const found = await world.main.get(conversationKey(item.tenantId, item.conversationId))
  return found as unknown as { unreadCount: number; lastMessage: { messageId: string; text: string; kind: string } }
}

const target = (id: string, chat: string, accept: (message: Item) => boolean) => stored(id, chat, accept)

describe.each([
  ['a chat of two', () => OWN, () => CHAT],
  ['a group', () => group, () => group],
])('in %s', (_where, to, chat) => {
  test('votes are opened, the last of each person counts', async () => {
    const poll = await sends({ poll: { name: 'When?', options: ['Mo', 'Tu', 'We'], selectable: 0 } }, to())
    await stored(poll, chat())
    const vote = await sends({ vote: { id: poll, options: ['Mo', 'We'] } }, to())
    expect(await stored(vote, chat())).toMatchObject({
      kind: 'poll',
      text: 'Mo, We',
      payload: { vote: true, targetId: poll, options: ['Mo', 'We'] },
    })
    expect((await target(poll, chat(), ({ answers }) => answers !== undefined)).answers).toMatchObject([
      { by: { phone: FRIEND, lid: expect.any(String) }, options: ['Mo', 'We'] },
    ])
    const message = {
      pollUpdateMessage: { pollCreationMessageKey: { ID: poll }, vote: { selectedOptions: ['Mo', 'We'] } },
    }
    expect(await webhookOf(await stored(vote, chat()))).toMatchObject({ event: { Message: message } })
    await sends({ vote: { id: poll, options: ['Tu'] } }, to())
    await target(poll, chat(), ({ answers }) => answers?.length === 1 && answers[0]?.options?.join() === 'Tu')
    await sends({ vote: { id: poll, options: [] } }, to())
    await target(poll, chat(), ({ answers }) => answers?.length === 0)
  })

  test('answers to an invitation are opened', async () => {
    const event = await sends({ event: { name: 'Party', startsAt: 1_900_000_000 } }, to())
    await stored(event, chat())
    const answer = await sends({ answer: { id: event, response: 'going', guests: 2 } }, to())
    expect(await stored(answer, chat())).toMatchObject({
      kind: 'event',
      payload: { answer: true, response: 'going', guests: 2 },
    })
    await target(event, chat(), ({ answers }) => answers?.[0]?.response === 'going' && answers[0].guests === 2)
    expect(await webhookOf(await stored(answer, chat()))).toMatchObject({
      event: { Message: { encEventResponseMessage: { response: 'GOING', extraGuestCount: 2 } } },
    })
  })

  test('a reaction, an edit and a deletion change their message and the list, and nobody has more to read', async () => {
    const id = await sends({ text: 'first' }, to())
    const before = await conversation(await stored(id, chat()))
    await sends({ reaction: { id, text: '👍' } }, to())
    expect((await target(id, chat(), ({ reactions }) => reactions?.length === 1)).reactions).toMatchObject([
      { emoji: '👍', by: { phone: FRIEND } },
    ])
    await sends({ edit: { id, text: 'second' } }, to())
    const edited = await target(id, chat(), ({ editedAt }) => editedAt !== undefined)
    expect(edited.text).toBe('second')
    await waitFor(
      'the list to show the new words',
      async () => (await conversation(edited)).lastMessage.text === 'second',
    )
    await sends({ reaction: { id, text: '' } }, to())
    await target(id, chat(), ({ reactions }) => reactions?.length === 0)
    await sends({ revoke: { id } }, to())
    const revoked = await target(id, chat(), ({ revokedAt }) => revokedAt !== undefined)
    expect(revoked.text).toBe('second')
    await waitFor(
      'the list to show the deletion',
      async () => (await conversation(revoked)).lastMessage.kind === 'revoke',
    )
    expect(await conversation(revoked)).toMatchObject({
      unreadCount: before.unreadCount,
      lastMessage: { messageId: id, kind: 'revoke', text: '' },
    })
  })

  test('an edit that is encrypted with the secret of its message is opened', async () => {
    const messageContextInfo = { messageSecret: Buffer.alloc(32, 5).toString('base64') }
    const id = await sends({ proto: { conversation: 'frist', messageContextInfo } }, to())
    await stored(id, chat())
    const edit = await sends({ sealedEdit: { id, text: 'first' } }, to())
    expect(await stored(edit, chat())).toMatchObject({ kind: 'edit', text: 'first', payload: { targetId: id } })
    await target(id, chat(), ({ text: words, editedAt }) => words === 'first' && editedAt !== undefined)
    const message = { protocolMessage: { type: 'MESSAGE_EDIT', editedMessage: { conversation: 'first' } } }
    expect(await webhookOf(await stored(edit, chat()))).toMatchObject({ event: { Message: message, IsEdit: true } })
  })

  test('nobody changes what somebody else wrote', async () => {
    const ref = await world.send(device, to() === OWN ? FRIEND : group, { kind: 'text', text: 'ours' })
    await world.untilStatus(ref, 'delivered')
    const forged = await sends(
      {
        proto: {
          protocolMessage: {
            type: 14,
            key: { id: ref.messageId, fromMe: true, remoteJid: chat() },
            editedMessage: { conversation: 'forged' },
          },
        },
      },
      to(),
    )
    await stored(forged, chat())
    expect(await world.messageOf(ref)).toMatchObject({ text: 'ours' })
  })
})

test('an administrator deletes what others wrote, in a group only', async () => {
  const ours = await world.send(device, group, { kind: 'text', text: 'off topic' })
  await world.untilStatus(ours, 'delivered')
  const revoke = await sends({ revoke: { id: ours.messageId } }, group)
  await waitFor('the deletion', async () => (await world.messageOf(ours))?.revokedAt)
  expect(await webhookOf(await stored(revoke, group))).toMatchObject({ event: { Info: { Edit: '8' } } })
  const direct = await world.send(device, FRIEND, { kind: 'text', text: 'stays' })
  await world.untilStatus(direct, 'delivered')
  await stored(await sends({ revoke: { id: direct.messageId } }))
  expect((await world.messageOf(direct))?.revokedAt).toBeUndefined()
})

test('a vote in our own poll is opened with the secret that was sent', async () => {
  const secret = Buffer.alloc(32, 9).toString('base64')
  const ref = await world.send(device, FRIEND, {
    kind: 'poll',
    question: 'Q',
    options: ['A', 'B'],
    single: true,
    secret,
  })
  await world.untilStatus(ref, 'delivered')
  await sends({ vote: { id: ref.messageId, options: ['B'] } })
  await waitFor('the vote', async () => (await world.messageOf(ref))?.answers?.[0]?.options?.join() === 'B')
})

test('an own reaction, edit and deletion change the message they are about too', async () => {
  const id = await sends({ text: 'theirs' })
  await stored(id)
  await world.send(device, FRIEND, {
    kind: 'reaction',
    target: { chat: CHAT, messageId: id, fromMe: false },
    emoji: '❤️',
  })
  await target(id, CHAT, ({ reactions }) => reactions?.[0]?.by.me === true && reactions[0].emoji === '❤️')
  const ref = await world.send(device, FRIEND, { kind: 'text', text: 'wrong' })
  await world.untilStatus(ref, 'delivered')
  await world.send(device, FRIEND, { kind: 'revoke', target: { chat: CHAT, messageId: ref.messageId, fromMe: true } })
  await waitFor('the deletion', async () => (await world.messageOf(ref))?.revokedAt)
})

test('a later report of a live location moves the first one', async () => {
  const id = await sends({ liveLocation: { latitude: 1, longitude: 2, sequence: 1 } })
  await stored(id)
  await sends({ liveLocation: { latitude: 5, longitude: 6, sequence: 3 }, quote: id })
  await target(id, CHAT, ({ payload }) => payload?.latitude === 5 && payload.sequence === 3)
  const late = await sends({ liveLocation: { latitude: 3, longitude: 4, sequence: 2 }, quote: id })
  await stored(late)
  expect(await stored(id)).toMatchObject({ payload: { latitude: 5, longitude: 6 } })
})

test('a message that could not be opened keeps the reactions it got until it comes again', async () => {
  const linked = world.network.phone(OWN).view().devices[0]?.device ?? 1
  world.network.faults.set({ kind: 'device-cannot-decrypt', phone: OWN, device: linked, count: 1 })
  const id = await sends({ text: 'twice' })
  await sends({ reaction: { id, text: '🎉' } })
  const whole = await stored(id, CHAT, ({ kind, reactions }) => kind === 'text' && reactions !== undefined)
  expect(whole).toMatchObject({ text: 'twice', reactions: [{ emoji: '🎉' }] })
})

test('what WhatsApp withholds from linked devices is kept and announced', async () => {
  const id = await sends({ image: base64, withheld: 'view_once_unavailable_fanout' })
  const item = await stored(id)
  expect(item).toMatchObject({
    kind: 'undecryptable',
    direction: 'in',
    phone: FRIEND,
    payload: { unavailable: 'view_once_unavailable_fanout' },
  })
  const raw = await world.main.get(messageKey(item.tenantId, item.conversationId, id))
  expect(raw && readOutbox(raw)).toMatchObject([{ type: 'message.undecryptable' }])
})

test('what the own phone has of a withheld message takes its place, the file too', async () => {
  const id = await sends({ image: { base64, caption: 'from an advertisement' }, withheld: 'unknown' })
  const item = await stored(id, CHAT, ({ media }) => media?.state === 'ready')
  expect(item).toMatchObject({ kind: 'image', text: 'from an advertisement', direction: 'in', phone: FRIEND })
  expect((await world.conversation(device, CHAT)).filter(({ messageId }) => messageId === id)).toHaveLength(1)
})

test('what arrived while the device was away is the same, and says so', async () => {
  world.network.faults.set({ kind: 'refuse-connections', ms: 1500 })
  world.network.faults.set({ kind: 'disconnect', phone: OWN })
  const poll = await sends({ poll: { name: 'Away?', options: ['y', 'n'] } })
  const vote = await sends({ vote: { id: poll, options: ['y'] } })
  const burst: string[] = []
  for (const words of ['one', 'two', 'three', 'four', 'five', 'six']) burst.push(await sends({ text: words }))
  expect(await stored(vote)).toMatchObject({ offline: true, payload: { options: ['y'] } })
  expect(await target(poll, CHAT, ({ answers }) => answers?.length === 1)).toMatchObject({ offline: true })
  expect(await webhookOf(await stored(poll))).toMatchObject({ event: { Info: { IsOffline: true } } })
  for (const id of burst) expect((await stored(id)).offline).toBe(true)
  const order = (await world.conversation(device, CHAT)).map(({ messageId }) => messageId)
  expect(order.filter((id) => burst.includes(id))).toEqual(burst)
  world.network.faults.clear()
  await world.untilState(device, 'online')
}, 40_000)

test('status posts are kept apart and flagged, files as well', async () => {
  const words = await sends({ text: 'my day' }, STATUS)
  const item = await stored(words, STATUS)
  expect(item).toMatchObject({ kind: 'text', post: 'status', phone: FRIEND, lid: expect.any(String), direction: 'in' })
  const picture = await sends({ image: base64 }, STATUS)
  expect(await stored(picture, STATUS, ({ media }) => media?.state === 'ready')).toMatchObject({ post: 'status' })
  expect(await webhookOf(item)).toMatchObject({ event: { Info: { Chat: STATUS, Sender: CHAT, Phone: FRIEND } } })
})

test('a thread that was opened by LID alone, and one by number, become one with the first message that names both', async () => {
  const other = world.network.createPhone('15550009003', { name: 'Late' })
  const { lid } = other.view()
  const place = { tenantId: world.tenantId, deviceId: device.id }
  const byLid = await world.threads.resolve(world.ctx, place, { lid })
  const ref = await world.send(device, '15550009003', { kind: 'text', text: 'hello' })
  await world.untilStatus(ref, 'delivered')
  expect(ref.conversationId).not.toBe(byLid.conversationId)
  const { id } = await other.send({ to: OWN, text: 'hi', addressing: 'lid' })
  const reply = await stored(id, lid)
  expect(reply.conversationId).toBe(byLid.conversationId)
  const all = await waitFor('all of it', async () => {
    const messages = await world.conversation(device, lid)
    return messages.length >= 2 && messages.map(({ messageId }) => messageId)
  })
  expect(all).toEqual([ref.messageId, id])
})

test('who was written to first is called as the answers say, and otherwise when a later one says so', async () => {
  const number = '15550009010'
  const other = world.network.createPhone(number, { name: 'Nora' })
  const ref = await world.send(device, number, { kind: 'text', text: 'hello' })
  await world.untilStatus(ref, 'delivered')
  const chat = `${number}@s.whatsapp.net`
  const { contactId = 0 } = (await world.threads.find(world.ctx, world.tenantId, device.id, chat)) ?? {}
  const contact = async () => {
    const found = await world.ctx.main.get<Contact>(contactKey(world.tenantId, contactId))
    if (!found) throw new Error('there is no contact')
    return found
  }
  expect(contactName(await contact())).toBe(`+${number}`)
  await stored((await other.send({ to: OWN, text: 'hi' })).id, chat)
  const named = await contact()
  expect(named).toMatchObject({ profileName: 'Nora', gsi1sk: expect.stringMatching(/^nora#/) })
  expect(readOutbox(named)).toMatchObject([{ type: 'contact.updated', facts: { changed: ['profileName'] } }])
  await world.network.phone(number).update({ name: 'Nora Q' })
  await stored((await other.send({ to: OWN, text: 'married' })).id, chat)
  expect((await contact()).profileName).toBe('Nora Q')
})
