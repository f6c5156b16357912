import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MessageContext } from '#domains/commands/model.ts'
import type { Device } from '#domains/devices/model.ts'
import type { MediaInput } from '#domains/media/store.ts'
import { contentOf, type SendContent } from '#domains/messages/outbound-content.ts'
import type { PhoneMessage } from '#local/whatsapp/model.ts'
import { movie, sound } from '#test/harness/media-samples.ts'
import { waitFor } from '#test/harness/wait.ts'
import { startWorld, type World } from './testing/world.ts'

const OWN = '15550008001'
const FRIEND = '15550008002'

let world: World
let device: Device

beforeAll(async () => {
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  world.network.createPhone(FRIEND)
  device = await world.pair(await world.createDevice(), OWN)
}, 90_000)

afterAll(async () => {
  await world?.close()
}, 60_000)

type Got = PhoneMessage & { bytes: Buffer }

/** Takes a file in as the API does, sends it, and gives what the friend's phone has, its file decrypted. */
const sent = async (content: SendContent, context: MessageContext = {}): Promise<Got> => {
  const bucket = { s3: world.emulators.s3, bucket: world.emulators.bucket }
  const place = { tenantId: world.tenantId, deviceId: device.id }
  const prepared = await contentOf(world.ctx, () => bucket, place, content)
  const ref = await world.send(device, FRIEND, prepared, context)
  await world.untilStatus(ref, 'delivered')
  const phone = world.network.phone(FRIEND)
  const message = await waitFor('the message', () => phone.messages().find(({ id }) => id === ref.messageId))
  const { bytes } = message.media ? await phone.media(ref.messageId) : { bytes: Buffer.alloc(0) }
  return { ...message, bytes }
}

const file = (as: MediaInput['as'], bytes: Buffer, more: Partial<MediaInput> = {}): MediaInput => ({
  source: { kind: 'bytes', bytes },
  as,
  field: 'File',
  ...more,
})

const sizeOf = async (base64: string | undefined) => {
  const { format, width, height } = await sharp(Buffer.from(base64 ?? '', 'base64')).metadata()
  return { format, width, height }
}

test('a voice note of an MP3: Opus with length and waveform', async () => {
  const got = await sent({ kind: 'media', file: file('audio', await sound('mp3', 4)), voice: true })
  expect(got.kind).toBe('audio')
  expect(got.media).toMatchObject({ mimetype: 'audio/ogg; codecs=opus', seconds: 4, ptt: true, size: got.bytes.length })
  expect(Buffer.from(got.media?.waveform ?? '', 'base64')).toHaveLength(64)
  expect(got.bytes.toString('latin1', 0, 4)).toBe('OggS')
  expect(got.bytes.toString('latin1', 28, 36)).toBe('OpusHead')
  expect(got.media).not.toHaveProperty('viewOnce')
}, 60_000)

test('an audio file is no voice note; a voice note can be heard once only', async () => {
  const mp3 = await sound('mp3')
  const plain = await sent({ kind: 'media', file: file('audio', mp3), voice: false })
  expect(plain.media).toMatchObject({ mimetype: 'audio/mpeg', seconds: 3 })
  expect(plain.media).not.toHaveProperty('ptt')
  expect(plain.bytes.equals(mp3)).toBe(true)
  const once = await sent({ kind: 'media', file: file('audio', mp3), voice: true, viewOnce: true })
  expect(once.media).toMatchObject({ ptt: true, viewOnce: true })
}, 60_000)

test('a video has size, length and preview, and is a note when it shall be', async () => {
  const film = await movie({ seconds: 3 })
  const got = await sent({ kind: 'media', file: file('video', film), caption: 'look' })
  expect(got).toMatchObject({ kind: 'video', caption: 'look' })
  expect(got.media).toMatchObject({ mimetype: 'video/mp4', seconds: 3, width: 320, height: 180 })
  expect(await sizeOf(got.media?.thumbnail)).toEqual({ format: 'jpeg', width: 96, height: 54 })
  expect(got.bytes.equals(film)).toBe(true)
  const note = await sent({ kind: 'media', file: file('video', film), round: true })
  expect(note).toMatchObject({ kind: 'video', media: { round: true, seconds: 3 } })
  const once = await sent({ kind: 'media', file: file('video', film), viewOnce: true })
  expect(once.media).toMatchObject({ viewOnce: true })
}, 60_000)

test('a picture has size and preview, and can be seen once only', async () => {
  const png = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#a03' } })
    .png()
    .toBuffer()
  const got = await sent({ kind: 'media', file: file('image', png), caption: 'red', viewOnce: true })
  expect(got).toMatchObject({ kind: 'image', caption: 'red' })
  expect(got.media).toMatchObject({ mimetype: 'image/png', width: 640, height: 480, viewOnce: true })
  expect(await sizeOf(got.media?.thumbnail)).toEqual({ format: 'jpeg', width: 96, height: 72 })
  expect(got.bytes.equals(png)).toBe(true)
}, 60_000)

test('a sticker is made of a picture, still or moving', async () => {
  const png = await sharp({ create: { width: 200, height: 100, channels: 4, background: '#0a3' } })
    .png()
    .toBuffer()
  const still = await sent({ kind: 'media', file: file('sticker', png, { pack: { name: 'Mine' } }) })
  expect(still.kind).toBe('sticker')
  expect(still.media).toMatchObject({ mimetype: 'image/webp', width: 512, height: 512 })
  expect(still.media).not.toHaveProperty('animated')
  expect(await sizeOf(still.media?.thumbnail)).toMatchObject({ format: 'png' })
  expect(await sizeOf(still.bytes.toString('base64'))).toEqual({ format: 'webp', width: 512, height: 512 })
  expect(still.bytes.includes('"sticker-pack-name":"Mine"')).toBe(true)
  const frames = Buffer.alloc(20 * 20 * 3 * 3)
  for (let at = 0; at < frames.length; at += 1) frames[at] = Math.floor(at / (20 * 20 * 3)) * 100
  const gif = await sharp(frames, { raw: { width: 20, height: 60, channels: 3, pageHeight: 20 } })
    .gif()
    .toBuffer()
  const moving = await sent({ kind: 'media', file: file('sticker', gif) })
  expect(moving.media).toMatchObject({ mimetype: 'image/webp', animated: true })
  expect((await sharp(moving.bytes).metadata()).pages).toBe(3)
}, 60_000)

test('a document keeps its name, type and bytes', async () => {
  const bytes = Buffer.from('a;b\n1;2\n')
  const got = await sent({
    kind: 'media',
    file: file('document', bytes, { fileName: 'table.csv' }),
    caption: 'numbers',
  })
  expect(got).toMatchObject({
    kind: 'document',
    caption: 'numbers',
    media: { fileName: 'table.csv', mimetype: 'text/csv' },
  })
  expect(got.bytes.equals(bytes)).toBe(true)
}, 60_000)

test('a text shows what it links to', async () => {
  const preview = { url: 'https://example.com/a', title: 'A page', description: 'About it', thumbnail: '/9j/4AAQ' }
  const got = await sent({ kind: 'text', text: 'see https://example.com/a', preview })
  expect(got).toMatchObject({ kind: 'text', text: 'see https://example.com/a', link: preview })
}, 60_000)
