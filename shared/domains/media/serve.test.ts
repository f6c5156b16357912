import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerOf } from '#kit/define-operation.ts'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import type { MediaBucket } from './bucket.ts'
import { serveFile } from './serve.ts'

const bytes = randomBytes(300_000)
const key = 'inbound/org_1/1/3EB0'
let ctx: DomainContext
let media: MediaBucket

beforeAll(async () => {
  ctx = await domainContext()
  media = { s3: ctx.stores.s3, bucket: ctx.stores.buckets.media ?? '' }
  await media.s3.send(new PutObjectCommand({ Bucket: media.bucket, Key: key, Body: bytes }))
})

afterAll(() => ctx?.close())

const ask = async (headers: Record<string, string> = {}, file: { mimeType?: string; fileName?: string } = {}) => {
  const {
    status,
    headers: given = {},
    stream,
  } = answerOf(await serveFile(media, { key, mimeType: 'video/mp4', ...file }, headers))
  return { status, headers: given, body: stream && (await buffer(stream)) }
}

test('a file is served whole, with its length, tag and type', async () => {
  const { status, headers, body } = await ask()
  expect(status).toBe(200)
  expect(body?.equals(bytes)).toBe(true)
  expect(headers).toMatchObject({
    'content-type': 'video/mp4',
    'content-length': '300000',
    'accept-ranges': 'bytes',
    etag: expect.stringMatching(/^".+"$/),
  })
})

test('a range is served alone; one that begins behind the end is refused, and several at once are answered with all', async () => {
  const middle = await ask({ range: 'bytes=100-199' })
  expect([middle.status, middle.headers['content-range'], middle.headers['content-length']]).toEqual([
    206,
    'bytes 100-199/300000',
    '100',
  ])
  expect(middle.body?.equals(bytes.subarray(100, 200))).toBe(true)
  expect((await ask({ range: 'bytes=-50' })).body?.equals(bytes.subarray(-50))).toBe(true)
  expect((await ask({ range: 'bytes=299990-' })).body?.length).toBe(10)
  await expect(ask({ range: 'bytes=300000-' })).rejects.toMatchObject({ code: 'range_not_satisfiable', status: 416 })
  expect((await ask({ range: 'bytes=0-1,5-6' })).status).toBe(200)
})

test('what the caller still has is not sent again', async () => {
  const { etag = '' } = (await ask()).headers
  for (const tag of [etag, `W/${etag}`]) {
    const { status, headers, body } = await ask({ 'if-none-match': tag })
    expect([status, headers.etag, body]).toEqual([304, etag, undefined])
  }
  expect((await ask({ 'if-none-match': '"other"' })).status).toBe(200)
})

test('a range of a file that has changed since is answered with the whole file', async () => {
  const { etag = '' } = (await ask()).headers
  expect((await ask({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(206)
  expect((await ask({ range: 'bytes=0-9', 'if-range': '"older"' })).status).toBe(200)
  expect((await ask({ range: 'bytes=0-9', 'if-range': 'Sat, 21 Nov 2026 08:00:00 GMT' })).status).toBe(200)
})

test('a file that could hold scripts is saved rather than shown, and no name or type breaks out of its header', async () => {
  const dispositionOf = async (mimeType?: string, fileName?: string) =>
    (await ask({}, { mimeType, fileName })).headers['content-disposition']
  expect(await dispositionOf('image/jpeg')).toBe('inline')
  expect(await dispositionOf('audio/ogg; codecs=opus')).toBe('inline')
  expect(await dispositionOf('text/html', 'a.html')).toBe("attachment; filename*=UTF-8''a.html")
  expect(await dispositionOf('image/svg+xml')).toBe('attachment')
  expect(await dispositionOf('text/plain', 'é"\r\n\ud800.txt')).toBe(
    "inline; filename*=UTF-8''%C3%A9%22%0D%0A%EF%BF%BD.txt",
  )
  const odd = await ask({}, { mimeType: 'text/html\r\nset-cookie: a=b' })
  expect(odd.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-security-policy': "default-src 'none'; sandbox",
  })
})

test('a file that is gone is not found', async () => {
  await expect(serveFile(media, { key: 'inbound/none' }, {})).rejects.toMatchObject({ code: 'not_found' })
})
