import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DomainContext, domainContext } from '#test/harness/context.ts'
import { useServers } from '#test/harness/serve.ts'
import { arrive, type Plan } from './arrive.ts'
import type { MediaBucket } from './bucket.ts'

const MB = 1024 * 1024
const place = { tenantId: 'org_arrive', deviceId: 'd1' }

let ctx: DomainContext
let bucket: MediaBucket
const serveRoot = useServers()
const serve = async (listener: RequestListener): Promise<string> => `${await serveRoot(listener)}/file`

beforeAll(async () => {
  ctx = await domainContext()
  bucket = { s3: ctx.stores.s3, bucket: ctx.stores.buckets.media ?? '' }
  process.env.ALLOW_PRIVATE_TARGETS = 'true'
})
afterAll(() => ctx?.close())

/** Takes in what an address gives, streamed unless `plan` says otherwise; tells what was detected as well. */
const takeIn = async (url: string, plan: Partial<Plan> = {}, mostBytes = 64 * MB) => {
  const asked: (string | undefined)[] = []
  const judge = (detected: string | undefined): Plan => {
    asked.push(detected)
    return { limitBytes: mostBytes, inMemory: false, ...plan }
  }
  const input = { source: { kind: 'url' as const, url }, field: 'Document' }
  const arrived = await arrive(ctx, bucket, place, input, { judge, mostBytes })
  return { ...arrived, asked }
}

const stored = async (): Promise<number> => {
  const { KeyCount = 0 } = await bucket.s3.send(
    new ListObjectsV2Command({ Bucket: bucket.bucket, Prefix: `outbound/${place.tenantId}/` }),
  )
  return KeyCount
}

/** Answers with the bytes in pieces, and with no word about what they are or how many. */
const silent =
  (bytes: Buffer, piece = 300_000): RequestListener =>
  async (_request, response) => {
    response.sendDate = false
    response.writeHead(200)
    for (let at = 0; at < bytes.length; at += piece) {
      if (!response.write(bytes.subarray(at, at + piece))) {
        await new Promise((resolve) => response.once('drain', resolve))
      }
    }
    response.end()
  }

test('a large file without a content type passes into the bucket byte by byte, as nobody knows what', async () => {
  // The first byte is of no type that is known by its content.
  const file = Buffer.concat([Buffer.of(0), randomBytes(17 * MB)])
  const { key, file: read, bytes, detected, declared, isOurs, asked } = await takeIn(await serve(silent(file)))
  expect({ bytes, detected, declared, isOurs, asked }).toEqual({ isOurs: true, asked: [undefined] })
  expect(read.sizeBytes).toBe(file.length)
  const object = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.bucket, Key: key }))
  expect(object.ContentType).toBe('application/octet-stream')
  const kept = Buffer.from((await object.Body?.transformToByteArray()) ?? [])
  expect(kept.equals(file)).toBe(true)
  expect((await read.read(file.length - 100, 100)).equals(file.subarray(-100))).toBe(true)
}, 60_000)

test('its content tells what it is where its origin does not, also when it comes byte by byte', async () => {
  const file = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(6 * MB, 32)])
  const url = await serve(async (_request, response) => {
    response.writeHead(200)
    for (const byte of file.subarray(0, 6)) {
      response.write(Buffer.of(byte))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    response.end(file.subarray(6))
  })
  const { detected, key } = await takeIn(url)
  expect(detected).toBe('application/pdf')
  const object = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.bucket, Key: key }))
  expect(object).toMatchObject({ ContentType: 'application/pdf', ContentLength: file.length })
})

test('one that turns out to be too large leaves nothing in the bucket, whichever limit it meets', async () => {
  const before = await stored()
  const url = await serve(silent(Buffer.alloc(9 * MB, 1)))
  await expect(takeIn(url, { limitBytes: 7 * MB })).rejects.toMatchObject({
    code: 'payload_too_large',
    message: /7 MB/,
  })
  await expect(takeIn(url, {}, 6 * MB)).rejects.toMatchObject({ code: 'payload_too_large' })
  await expect(takeIn(url, { limitBytes: 7 * MB, inMemory: true })).rejects.toMatchObject({ code: 'payload_too_large' })
  expect(await stored()).toBe(before)
})

test('one that breaks off in the middle leaves nothing in the bucket, and an empty one is refused', async () => {
  const before = await stored()
  const broken = await serve((_request, response) => {
    response.writeHead(200)
    response.write(Buffer.alloc(6 * MB, 1), () => setTimeout(() => response.destroy(), 50))
  })
  await expect(takeIn(broken)).rejects.toMatchObject({ code: 'media_unreachable' })
  const empty = await serve((_request, response) => response.writeHead(200).end())
  await expect(takeIn(empty)).rejects.toMatchObject({ code: 'media_invalid' })
  expect(await stored()).toBe(before)
})
