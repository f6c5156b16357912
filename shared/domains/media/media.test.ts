import { GetObjectCommand } from '@aws-sdk/client-s3'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { film } from '#test/harness/film.ts'
import { movie, sound } from '#test/harness/media-samples.ts'
import { useServers } from '#test/harness/serve.ts'
import type { MediaBucket } from './bucket.ts'
import { inspectImage } from './inspect.ts'
import { decodeBase64, readMediaSource } from './source.ts'
import { type MediaInput, storeMedia } from './store.ts'

let ctx: DomainContext
let bucket: MediaBucket
const serve = useServers()

beforeAll(async () => {
  ctx = await domainContext()
  bucket = { s3: ctx.stores.s3, bucket: ctx.stores.buckets.media ?? '' }
  process.env.ALLOW_PRIVATE_TARGETS = 'true'
})
afterAll(() => ctx?.close())

const place = { tenantId: 'org_media', deviceId: 'd1' }
const store = (input: Omit<MediaInput, 'field'>) => storeMedia(ctx, bucket, place, { field: 'file', ...input })
const bytesOf = async (key: string): Promise<Buffer> => {
  const object = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.bucket, Key: key }))
  return Buffer.from((await object.Body?.transformToByteArray()) ?? [])
}
const jpeg = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer()

test('media fields are data URLs, addresses or uploads; a file cut short is refused', () => {
  expect(readMediaSource('https://example.com/a.jpg', 'Image')).toEqual({
    kind: 'url',
    url: 'https://example.com/a.jpg',
  })
  expect(readMediaSource('upload:upl_1', 'Image')).toEqual({ kind: 'upload', id: 'upl_1' })
  const named = readMediaSource('data:text/plain;charset=utf-8;base64,aGk=', 'Document')
  expect(named).toEqual({ kind: 'bytes', bytes: Buffer.from('hi'), mimeType: 'text/plain' })
  // The form in which downloads give voice notes back.
  expect(readMediaSource('data:audio/ogg; codecs=opus;base64,aGk=', 'Audio')).toMatchObject({ mimeType: 'audio/ogg' })
  expect(decodeBase64('aGkg\ndGhl cmU', 'x').toString()).toBe('hi there')
  for (const text of [
    'aGk',
    'data:text/plain,hi',
    'data:;base64,',
    'data:text/plain;base64,aGk...',
    'data:a/b;base64,a',
  ]) {
    expect(() => readMediaSource(text, 'Image'), text).toThrow()
  }
})

test('a photo is measured and gets a preview of a few kilobytes', async () => {
  const facts = await inspectImage(await jpeg(1600, 900))
  expect(facts).toMatchObject({ mimeType: 'image/jpeg', width: 1600, height: 900 })
  const preview = await sharp(Buffer.from(facts.thumbnail ?? '', 'base64')).metadata()
  expect(preview).toMatchObject({ format: 'jpeg', width: 96, height: 54 })
  expect(facts.thumbnail?.length).toBeLessThan(8000)
})

test('an image from an address is stored as it is; one that is too large never is', async () => {
  const photo = await jpeg(400, 300)
  const url = await serve((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(photo))
  const { kind, media } = await store({ source: { kind: 'url', url }, as: 'image' })
  expect({ kind, media }).toMatchObject({ kind: 'image', media: { mimeType: 'image/jpeg', width: 400, height: 300 } })
  expect(media.key).toMatch(/^outbound\/org_media\/d1\//)
  expect((await bytesOf(media.key)).equals(photo)).toBe(true)
  const bytes = Buffer.concat([photo, Buffer.alloc(5 * 1024 * 1024)])
  const inline = store({ source: { kind: 'bytes', bytes }, as: 'image' })
  await expect(inline).rejects.toMatchObject({ code: 'payload_too_large', message: /5 MB/ })
  const endless = await serve((_request, response) => {
    response.write(photo)
    const chunk = Buffer.alloc(256 * 1024)
    const more = (): void => {
      while (response.writable && response.write(chunk)) {}
    }
    response.on('drain', more)
    more()
  })
  const large = store({ source: { kind: 'url', url: endless }, as: 'image' })
  await expect(large).rejects.toMatchObject({ code: 'payload_too_large' })
})

test('the content decides what a file is when the caller leaves it open', async () => {
  const contents: [string, Buffer, string][] = [
    ['image', await jpeg(10, 10), 'image/jpeg'],
    ['document', Buffer.from('%PDF-1.4\n'), 'application/pdf'],
    ['video', await movie({}), 'video/mp4'],
    ['audio', await sound('mp3'), 'audio/mpeg'],
    ['audio', await sound('opus.ogg'), 'audio/ogg; codecs=opus'],
    // What nobody could play is a document: a film without pictures that phones know, sound that breaks off at once.
    ['document', film(['hvc1', 'mp4a']), 'video/mp4'],
    ['document', Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(500)]), 'audio/mpeg'],
    ['document', Buffer.from('plain words'), 'text/plain'],
  ]
  for (const [kind, bytes, mimeType] of contents) {
    const header = mimeType === 'text/plain' ? 'text/plain' : 'application/octet-stream'
    const url = await serve((_request, response) => response.writeHead(200, { 'content-type': header }).end(bytes))
    const stored = await store({ source: { kind: 'url', url: `${url}/name.bin` }, as: 'any' })
    expect(stored, mimeType).toMatchObject({ kind, media: { mimeType, sizeBytes: bytes.length, fileName: 'name.bin' } })
    expect((await bytesOf(stored.media.key)).equals(bytes)).toBe(true)
  }
})

test('a document keeps the type its sender states; a stream that breaks off leaves nothing to send', async () => {
  const source = { kind: 'bytes' as const, bytes: Buffer.from('a;b'), mimeType: 'application/octet-stream' }
  const stated = await store({ source, as: 'document', mimeType: 'text/csv', fileName: 'a.csv' })
  expect(stored(stated)).toEqual({ kind: 'document', mimeType: 'text/csv', fileName: 'a.csv' })
  const broken = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '1000000' })
    response.write(Buffer.alloc(5000))
    setTimeout(() => response.destroy(), 20)
  })
  const failed = store({ source: { kind: 'url', url: broken }, as: 'document' })
  await expect(failed).rejects.toMatchObject({ code: 'media_unreachable' })
})

const stored = ({ kind, media }: Awaited<ReturnType<typeof store>>) => ({
  kind,
  mimeType: media.mimeType,
  fileName: media.fileName,
})
