import { expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { messageKey } from '#domains/messages/model.ts'
import type { MessageInput } from '#local/whatsapp/phone-compose.ts'
import { CHAT, FRIEND, OWN, useInbound } from './testing/inbound.ts'

const inbound = useInbound()
const { stored, sends, webhookOf } = inbound

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
  const raw = await inbound.world.main.get(messageKey(item.tenantId, item.conversationId, id))
  expect(raw && readOutbox(raw).map(({ type }) => type)).toEqual([
    item.media ? 'message.media_ready' : 'message.received',
  ])
  expect(await webhookOf(item)).toMatchObject({
    type: 'Message',
    event: { Info: { ID: id, Sender: CHAT, Phone: FRIEND, LID: item.lid, IsFromMe: false }, Message: row.message },
  })
})
