import { describe, expect, test } from 'vitest'
import { normaliseMessage } from './normalise.ts'

describe('a WhatsApp message becomes', () => {
  test('text, from either of the two forms, with what it quotes', () => {
    expect(normaliseMessage({ conversation: 'hi' })).toMatchObject({ kind: 'text', text: 'hi' })
    expect(
      normaliseMessage({ extendedTextMessage: { text: 'hi', contextInfo: { stanzaId: 'Q', isForwarded: true } } }),
    ).toMatchObject({ kind: 'text', text: 'hi', quotedId: 'Q', forwarded: true })
  })

  test('media with the facts to fetch it, also inside wrappers', () => {
    const imageMessage = {
      caption: 'a dog',
      mimetype: 'image/jpeg',
      fileLength: 12,
      directPath: '/v/1',
      mediaKey: new Uint8Array([1]),
    }
    expect(normaliseMessage({ imageMessage })).toMatchObject({
      kind: 'image',
      text: 'a dog',
      media: { type: 'image', directPath: '/v/1', sizeBytes: 12 },
    })
    const inner = { viewOnceMessageV2: { message: { imageMessage } } }
    expect(normaliseMessage({ ephemeralMessage: { message: inner } })).toMatchObject({ kind: 'image', viewOnce: true })
    const document = { documentMessage: { fileName: 'a.pdf', caption: 'see', mimetype: 'application/pdf' } }
    expect(normaliseMessage({ documentWithCaptionMessage: { message: document } })).toMatchObject({
      kind: 'document',
      text: 'see',
      media: { fileName: 'a.pdf' },
    })
  })

  test('a copy of an own message is the message itself', () => {
    expect(
      normaliseMessage({ deviceSentMessage: { destinationJid: 'x', message: { conversation: 'mine' } } }),
    ).toMatchObject({ kind: 'text', text: 'mine' })
  })

  test('reactions, edits and revocations that name their target', () => {
    expect(normaliseMessage({ reactionMessage: { key: { id: 'T' }, text: '👍' } })).toMatchObject({
      kind: 'reaction',
      payload: { targetId: 'T', emoji: '👍', removed: false },
    })
    expect(normaliseMessage({ protocolMessage: { type: 0, key: { id: 'T' } } })).toMatchObject({
      kind: 'revoke',
      payload: { targetId: 'T' },
    })
    expect(
      normaliseMessage({ protocolMessage: { type: 14, key: { id: 'T' }, editedMessage: { conversation: 'better' } } }),
    ).toMatchObject({ kind: 'edit', text: 'better', payload: { targetId: 'T' } })
  })

  test('places, cards and polls', () => {
    expect(
      normaliseMessage({ locationMessage: { degreesLatitude: 1, degreesLongitude: 2, name: 'Here' } }),
    ).toMatchObject({
      kind: 'location',
      payload: { latitude: 1, longitude: 2 },
    })
    expect(normaliseMessage({ contactMessage: { displayName: 'Ann', vcard: 'V' } })).toMatchObject({
      kind: 'contacts',
      payload: { contacts: [{ name: 'Ann', vcard: 'V' }] },
    })
    expect(
      normaliseMessage({
        pollCreationMessageV3: { name: 'When?', options: [{ optionName: 'now' }], selectableOptionsCount: 1 },
      }),
    ).toMatchObject({ kind: 'poll', payload: { options: ['now'], selectable: 1 } })
  })

  test('unsupported, but kept, when nobody knows its kind', () => {
    expect(normaliseMessage({ requestPhoneNumberMessage: {} })).toMatchObject({
      kind: 'unsupported',
      payload: { type: 'requestPhoneNumberMessage' },
    })
  })

  test('nothing, when it only carries keys or settings', () => {
    expect(normaliseMessage({ senderKeyDistributionMessage: { groupId: 'g' } })).toBeUndefined()
    expect(normaliseMessage({ messageContextInfo: {} })).toBeUndefined()
    expect(normaliseMessage({ protocolMessage: { type: 6 } })).toBeUndefined()
    expect(normaliseMessage({ protocolMessage: { type: 17 } })).toBeUndefined()
  })
})
