import { proto } from '@whiskeysockets/baileys'
import { describe, expect, test } from 'vitest'
import { previewOf } from './_preview.ts'

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
const encoded = (message: proto.IMessage): Uint8Array => proto.Message.encode(message).finish()
const image = { imageMessage: { url: 'https://mmg.example/x', fileLength: 5e9, jpegThumbnail: JPEG, caption: 'hi' } }
const address = `data:image/jpeg;base64,${JPEG.toString('base64')}`

describe('the preview in a stored message', () => {
  test.each([
    ['an image', image],
    ['a film', { videoMessage: { seconds: 3, jpegThumbnail: JPEG } }],
    ['a document', { documentMessage: { pageCount: 2, jpegThumbnail: JPEG } }],
    ['a round film', { ptvMessage: { jpegThumbnail: JPEG } }],
    ['an image that disappears', { ephemeralMessage: { message: image } }],
    [
      'an image seen once, written on the phone',
      { deviceSentMessage: { message: { viewOnceMessageV2: { message: image } } } },
    ],
    [
      'a document with words',
      { documentWithCaptionMessage: { message: { documentMessage: { jpegThumbnail: JPEG } } } },
    ],
  ])('is the small picture of %s', (_name, message) => {
    expect(previewOf(encoded(message))).toEqual({ picture: address, waveform: [] })
  })

  test('is the waveform of a voice note, as WhatsApp gives it', () => {
    const audioMessage = { ptt: true, seconds: 4, waveform: Buffer.from([0, 50, 100, 255]) }
    expect(previewOf(encoded({ audioMessage }))).toEqual({ picture: '', waveform: [0, 50, 100, 100] })
  })

  test('is nothing where there is none, it is too large, no picture, or cut short', () => {
    const none = { picture: '', waveform: [] }
    expect(previewOf(undefined)).toEqual(none)
    expect(previewOf(encoded({ conversation: 'hello' }))).toEqual(none)
    const withPicture = (jpegThumbnail: Buffer) => previewOf(encoded({ imageMessage: { jpegThumbnail } }))
    expect(withPicture(Buffer.concat([JPEG, Buffer.alloc(20_000)]))).toEqual(none)
    expect(withPicture(Buffer.from('<svg onload="x">'))).toEqual(none)
    const bytes = encoded(image)
    for (let length = 0; length < bytes.length; length += 1) {
      expect(['', address], `cut after ${length} bytes`).toContain(previewOf(bytes.subarray(0, length)).picture)
    }
  })
})
