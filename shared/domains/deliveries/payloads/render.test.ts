import { describe, expect, test } from 'vitest'
import { EVENTS } from '#domains/events.ts'
import { type EventRecord, type Image, toEventRecord } from '#kit/define-event.ts'
import type { DeviceFacts, PayloadStyle } from '../model.ts'
import { renderPayload } from './render.ts'

const device: DeviceFacts = {
  id: '0123456789abcdef0123456789abcdef',
  number: 7,
  name: 'Shop',
  jid: '15550001111:3@s.whatsapp.net',
  lid: '900:3@lid',
}

const message: Image = {
  tenantId: 'org_1',
  deviceId: device.id,
  conversationId: 12,
  messageId: '3EB0AA',
  direction: 'in',
  kind: 'text',
  status: 'received',
  chat: '15552223333@s.whatsapp.net',
  phone: '15552223333',
  lid: '777',
  senderName: 'Ann',
  isGroup: false,
  text: 'hi',
  source: 'contact',
  timestamp: '2026-06-21T08:15:00.000Z',
}

const eventOf = (type: string, image: Image, facts?: Record<string, unknown>): EventRecord => {
  const definition = EVENTS.get(type)
  if (!definition) throw new Error(`no event ${type}`)
  return toEventRecord(definition, { type, id: 'evt_1', at: '2026-06-21T08:15:01.000Z', facts }, image)
}

const render = async (
  style: PayloadStyle,
  type: string,
  image: Image,
  facts?: Record<string, unknown>,
): Promise<unknown> => {
  const body = await renderPayload(style, eventOf(type, image, facts), { device, publicUrl: 'https://gw.example' })
  return body === undefined ? undefined : JSON.parse(body)
}

const image = { ...message, kind: 'image', media: { state: 'pending', mimeType: 'image/jpeg', sizeBytes: 9 } }

describe('ceox', () => {
  test('a received text has exactly the documented fields', async () => {
    expect(await render('ceox', 'message.received', message)).toEqual({
      event: 'message.received',
      conversation_id: 12,
      from: '+15552223333',
      name: 'Ann',
      wa_message_id: '3EB0AA',
      body: 'hi',
      media_type: '',
      media_url: '',
      is_group: false,
      timestamp: '2026-06-21T08:15:00Z',
    })
  })

  test('media is named by kind and path', async () => {
    expect(await render('ceox', 'message.received', image)).toMatchObject({
      media_type: 'image',
      media_url: '/media/12/3EB0AA',
    })
  })

  test('nothing is sent for own messages and for anything but messages that arrived', async () => {
    expect(await render('ceox', 'message.received', { ...message, direction: 'out' })).toBeUndefined()
    expect(await render('ceox', 'message.read', { ...message, direction: 'out', status: 'read' })).toBeUndefined()
  })

  test('nothing is sent for what has nothing to show: a deletion, a pin, a note of the chat', async () => {
    for (const kind of ['revoke', 'pin', 'system']) {
      const wordless = { ...message, kind, text: undefined, payload: { targetId: 'X' } }
      expect(await render('ceox', 'message.received', wordless), kind).toBeUndefined()
    }
  })

  test('a sender of whom only the hidden id is known is named by it', async () => {
    const hidden = { ...message, phone: undefined, chat: '777@lid' }
    expect(await render('ceox', 'message.received', hidden)).toMatchObject({ from: '777@lid' })
  })
})

describe('digigo', () => {
  test('a received text has both addresses of the sender', async () => {
    expect(await render('digigo', 'message.received', message)).toMatchObject({
      type: 'Message',
      eventId: 'evt_1',
      userID: device.id,
      instanceName: 'Shop',
      event: {
        Info: {
          ID: '3EB0AA',
          Chat: '15552223333@s.whatsapp.net',
          Sender: '15552223333@s.whatsapp.net',
          SenderAlt: '777@lid',
          AddressingMode: 'pn',
          IsFromMe: false,
          IsGroup: false,
          PushName: 'Ann',
          Type: 'text',
          Phone: '15552223333',
          LID: '777',
        },
        Message: { conversation: 'hi' },
      },
    })
  })

  test('in a group the member is the sender', async () => {
    const group = { ...message, isGroup: true, chat: '1203@g.us', participant: '777@lid' }
    expect(await render('digigo', 'message.received', group)).toMatchObject({
      event: {
        Info: { Chat: '1203@g.us', Sender: '777@lid', SenderAlt: '15552223333@s.whatsapp.net', AddressingMode: 'lid' },
      },
    })
  })

  test('a message written on the linked phone comes from the own number', async () => {
    expect(await render('digigo', 'message.received', { ...message, direction: 'out', source: 'phone' })).toMatchObject(
      {
        event: {
          Info: { IsFromMe: true, Sender: '15550001111@s.whatsapp.net', SenderAlt: '900@lid', RecipientAlt: '777@lid' },
        },
      },
    )
  })

  test('a message that the API sent is an echo and says so', async () => {
    const sent = { ...message, direction: 'out', source: 'api', status: 'sent' }
    expect(await render('digigo', 'message.sent', sent)).toMatchObject({
      type: 'Message',
      event: { Info: { IsFromMe: true, IsFromAPI: true } },
    })
  })

  test('media has its address on the public host', async () => {
    expect(await render('digigo', 'message.received', { ...image, text: 'look' })).toMatchObject({
      mediaUrl: 'https://gw.example/media/12/3EB0AA',
      mimeType: 'image/jpeg',
      event: {
        Info: { Type: 'media', MediaType: 'image' },
        Message: {
          imageMessage: { URL: 'https://gw.example/media/12/3EB0AA', mimetype: 'image/jpeg', caption: 'look' },
        },
      },
    })
  })

  test('media that lies at WhatsApp has what the downloads take', async () => {
    const origin = {
      url: 'https://mmg.whatsapp.net/v/1',
      directPath: '/v/1',
      mediaKey: 'a2V5',
      fileSha256: 'c2hh',
      fileEncSha256: 'ZW5j',
    }
    const media = { state: 'ready', mimeType: 'image/jpeg', sizeBytes: 9, width: 4, height: 3, origin }
    expect(await render('digigo', 'message.received', { ...image, media })).toMatchObject({
      mediaUrl: 'https://gw.example/media/12/3EB0AA',
      event: {
        Message: {
          imageMessage: {
            URL: 'https://mmg.whatsapp.net/v/1',
            directPath: '/v/1',
            mediaKey: 'a2V5',
            fileSHA256: 'c2hh',
            fileEncSHA256: 'ZW5j',
            fileLength: 9,
            width: 4,
          },
        },
      },
    })
    const noUrl = { ...image, media: { ...media, origin: { ...origin, url: undefined } } }
    expect(await render('digigo', 'message.received', noUrl)).toMatchObject({
      event: { Message: { imageMessage: { URL: 'https://mmg.whatsapp.net/v/1' } } },
    })
  })

  test('a message says how it changes another one, and how long it may be seen', async () => {
    const payload = { targetId: 'X', viewOnce: true, expiresIn: 86_400 }
    const info = async (more: Image) =>
      (await render('digigo', 'message.received', { ...message, payload, ...more })) as { event: object }
    expect(await info({ kind: 'edit' })).toMatchObject({ event: { Info: { Edit: '1' }, IsEdit: true } })
    expect(await info({ kind: 'revoke' })).toMatchObject({ event: { Info: { Edit: '7' } } })
    const byAdmin = { kind: 'revoke', payload: { ...payload, byAdmin: true } }
    expect(await info(byAdmin)).toMatchObject({ event: { Info: { Edit: '8' } } })
    expect(await info({ kind: 'text' })).toMatchObject({
      event: { IsViewOnce: true, IsEphemeral: true, IsEdit: false },
    })
    const withheld = { ...message, kind: 'undecryptable', text: undefined, payload: { unavailable: 'view_once' } }
    expect(await render('digigo', 'message.undecryptable', withheld)).toMatchObject({
      type: 'UndecryptableMessage',
      event: { IsUnavailable: true, UnavailableType: 'view_once' },
    })
  })

  test('what was sent with buttons has the form of the message that left', async () => {
    const button = { name: 'quick_reply', params: { id: 'yes' } }
    const panel = {
      form: 'carousel',
      title: 'T',
      text: 'Look',
      footer: 'F',
      buttons: [],
      cards: [{ text: 'A', buttons: [button] }],
    }
    const sent = { ...message, direction: 'out', status: 'sent', source: 'api', kind: 'interactive', text: 'Look' }
    expect(await render('digigo', 'message.sent', { ...sent, payload: { ...panel, echoApi: true } })).toMatchObject({
      event: {
        Message: {
          interactiveMessage: {
            header: { title: 'T' },
            body: { text: 'Look' },
            footer: { text: 'F' },
            carouselMessage: {
              cards: [
                {
                  body: { text: 'A' },
                  nativeFlowMessage: { buttons: [{ name: 'quick_reply', buttonParamsJSON: '{"id":"yes"}' }] },
                },
              ],
            },
          },
        },
      },
    })
  })

  test.each([
    [
      'reaction',
      { text: '👍', payload: { targetId: 'X', emoji: '👍' } },
      { reactionMessage: { key: { ID: 'X' }, text: '👍' } },
    ],
    ['revoke', { payload: { targetId: 'X' } }, { protocolMessage: { type: 'REVOKE', key: { ID: 'X' } } }],
    [
      'location',
      { payload: { latitude: 1, longitude: 2 } },
      { locationMessage: { degreesLatitude: 1, degreesLongitude: 2 } },
    ],
    [
      'contacts',
      { payload: { contacts: [{ name: 'A', vcard: 'V' }] } },
      { contactMessage: { displayName: 'A', vcard: 'V' } },
    ],
    [
      'interactive',
      { text: 'Yes', payload: { type: 'button', id: 'y' } },
      { buttonsResponseMessage: { selectedButtonID: 'y' } },
    ],
    ['unsupported', { payload: { type: 'newThing' } }, { type: 'newThing' }],
    ['text', { text: 're', quotedId: 'Q' }, { extendedTextMessage: { text: 're', contextInfo: { stanzaID: 'Q' } } }],
  ])('kind %s is named as WhatsApp names it', async (kind, facts, expected) => {
    const body = await render('digigo', 'message.received', { ...message, text: undefined, kind, ...facts })
    expect(body).toMatchObject({ event: { Message: expected } })
  })

  test('receipts name the message, the reader and the time WhatsApp gave', async () => {
    const read = {
      ...message,
      direction: 'out',
      status: 'read',
      deliveredAt: '2026-06-21T08:15:02.000Z',
      readAt: '2026-06-21T08:15:05.000Z',
    }
    expect(await render('digigo', 'message.read', read)).toMatchObject({
      type: 'ReadReceipt',
      state: 'Read',
      event: {
        MessageIDs: ['3EB0AA'],
        Type: 'read',
        Sender: '15552223333@s.whatsapp.net',
        Timestamp: '2026-06-21T08:15:05.000Z',
      },
    })
    expect(await render('digigo', 'message.delivered', read)).toMatchObject({
      type: 'Receipt',
      state: 'Delivered',
      event: { Type: '', Timestamp: '2026-06-21T08:15:02.000Z' },
    })
  })

  test('a receipt names who gave it, with both addresses, in a group too', async () => {
    const sent = { ...message, direction: 'out', lid: undefined, readAt: '2026-06-21T08:15:05.000Z' }
    const by = { jid: '15552223333@s.whatsapp.net', phone: '15552223333', lid: '777' }
    expect(await render('digigo', 'message.read', sent, { by })).toMatchObject({
      event: { Sender: by.jid, SenderAlt: '777@lid', AddressingMode: 'pn', Phone: '15552223333', LID: '777' },
    })
    const inGroup = { ...sent, chat: '77@g.us', phone: undefined, isGroup: true }
    expect(await render('digigo', 'message.delivered', inGroup, { by: { ...by, jid: '777@lid' } })).toMatchObject({
      event: {
        Chat: '77@g.us',
        Sender: '777@lid',
        SenderAlt: '15552223333@s.whatsapp.net',
        AddressingMode: 'lid',
        IsGroup: true,
        Phone: '15552223333',
        LID: '777',
      },
    })
  })

  test('what the account read elsewhere is a receipt of its own', async () => {
    const read = { chat: '77@g.us', direction: 'in', isGroup: true, messageIds: ['A', 'B'] }
    const place = { deviceId: device.id, tenantId: 'org_1' }
    expect(await render('digigo', 'message.read_elsewhere', place, read)).toMatchObject({
      type: 'ReadReceipt',
      state: 'ReadSelf',
      event: {
        MessageIDs: ['A', 'B'],
        Chat: '77@g.us',
        Sender: '15550001111@s.whatsapp.net',
        SenderAlt: '900@lid',
        IsFromMe: true,
        IsGroup: true,
        Type: 'read-self',
      },
    })
  })

  test('device events carry state and reason; a QR code is there as text and picture', async () => {
    const item = {
      ...device,
      deviceId: device.id,
      tenantId: 'org_1',
      state: 'loggedOut',
      desired: 'online',
      reason: 'unlinked',
      code: 401,
    }
    expect(await render('digigo', 'device.logged_out', item)).toMatchObject({
      type: 'LoggedOut',
      event: { State: 'loggedOut', OnConnect: false, Reason: 401, Message: 'unlinked', Code: 401 },
    })
    expect(await render('digigo', 'device.connect_failed', { ...item, code: 403 }, { onConnect: true })).toMatchObject({
      type: 'ConnectFailure',
      event: { Reason: 403, Message: 'unlinked' },
    })
    expect(await render('digigo', 'device.paired', { ...item, platform: 'android' })).toMatchObject({
      type: 'PairSuccess',
      event: { ID: device.jid, LID: device.lid, Platform: 'android' },
    })
    const qr = { ...item, qr: { code: '2@abc', expiresAt: '2026-06-21T08:16:00.000Z' } }
    expect(await render('digigo', 'device.qr', qr)).toMatchObject({
      type: 'QR',
      event: 'code',
      code: '2@abc',
      qrCodeBase64: expect.stringMatching(/^data:image\/png;base64,/),
    })
  })

  test('a ban says why and for how long; a restriction how long it still holds', async () => {
    const item = { ...device, deviceId: device.id, tenantId: 'org_1', state: 'failed', desired: 'online', code: 402 }
    expect(
      await render('digigo', 'device.restricted', item, { onConnect: true, banCode: 101, banSeconds: 3600 }),
    ).toMatchObject({ type: 'TemporaryBan', event: { Code: 101, Expire: 3_600_000_000_000 } })
    const restricted = { ...item, state: 'restricted', code: 463, restrictedUntil: '2026-06-21T08:16:01.000Z' }
    expect(await render('digigo', 'device.restricted', restricted)).toMatchObject({
      type: 'TemporaryBan',
      event: { Code: 463, Expire: 60_000_000_000 },
    })
  })

  test('a change of the chat list is the entry of app state that changed', async () => {
    const chat = { tenantId: 'org_1', deviceId: device.id, jid: '15552223333@s.whatsapp.net', pinned: true, labels: [] }
    const facts = { change: 'pin', source: 'phone' }
    const definition = EVENTS.get('chat.changed')
    if (!definition) throw new Error('no such event')
    const at = '2026-06-21T08:15:01.000Z'
    const event = toEventRecord(definition, { type: 'chat.changed', id: 'evt_1', at, facts }, chat)
    const body = await renderPayload('digigo', event, { device, publicUrl: '' })
    expect(JSON.parse(body ?? '')).toMatchObject({
      type: 'AppState',
      event: { Index: ['pin_v1', '15552223333@s.whatsapp.net'], pinAction: { pinned: true }, Source: 'phone' },
    })
    expect(await renderPayload('manager', event, { device, publicUrl: '' })).toBeUndefined()
  })

  test('a name in the address book is an entry of app state too', async () => {
    const { jid: _own, lid: _ownLid, ...place } = { ...device, deviceId: device.id, tenantId: 'org_1' }
    const person = { ...place, jid: '15552223333@s.whatsapp.net', phone: '15552223333', lid: '777' }
    const named = { ...person, fullName: 'Ann Lee', firstName: 'Ann' }
    expect(await render('digigo', 'address_book.changed', named, { source: 'phone' })).toMatchObject({
      type: 'AppState',
      event: {
        Index: ['contact', '15552223333@s.whatsapp.net'],
        contactAction: { fullName: 'Ann Lee', firstName: 'Ann', lidJID: '777@lid' },
        Source: 'phone',
      },
    })
    expect(await render('digigo', 'address_book.changed', person, { source: 'api' })).toMatchObject({
      event: { contactAction: {} },
    })
  })

  test('events without a DIGIGO name are not sent', async () => {
    expect(await render('digigo', 'message.accepted', { ...message, direction: 'out' })).toBeUndefined()
  })
})

describe('manager', () => {
  test('a message is flat and names the device, never its token', async () => {
    expect(await render('manager', 'message.received', message)).toEqual({
      event: 'message',
      id: 'evt_1',
      device: 'Shop',
      device_id: 7,
      timestamp: '2026-06-21T08:15:00.000Z',
      message_id: '3EB0AA',
      phone: '15552223333',
      lid: '777',
      chat: '15552223333@s.whatsapp.net',
      is_group: false,
      from_me: false,
      name: 'Ann',
      type: 'text',
      message: 'hi',
    })
  })

  test('receipts and connection changes have their own events', async () => {
    expect(await render('manager', 'message.read', { ...message, direction: 'out' })).toMatchObject({
      event: 'status',
      status: 'read',
      message_id: '3EB0AA',
    })
    const item = { ...device, deviceId: device.id, tenantId: 'org_1', state: 'online', desired: 'online' }
    expect(await render('manager', 'device.connected', item)).toMatchObject({ event: 'connection', status: 'online' })
  })
})

test('no payload of any style shows a secret of the item it was made from', async () => {
  const secrets = {
    tokenCipher: 'CIPHER',
    tokenHash: 'HASH',
    webhook: { url: 'https://secret.example' },
    proto: 'PROTO',
  }
  const item = { ...device, ...secrets, deviceId: device.id, tenantId: 'org_1', state: 'online', desired: 'online' }
  for (const style of ['digigo', 'manager', 'ceox'] as const) {
    const bodies = [
      await renderPayload(style, eventOf('device.connected', item), { device, publicUrl: '' }),
      await renderPayload(style, eventOf('message.received', { ...message, ...secrets }), { device, publicUrl: '' }),
    ]
    expect(JSON.stringify(bodies)).not.toMatch(/CIPHER|HASH|secret\.example|PROTO/)
  }
})
