import { Readable } from 'node:stream'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { safeGet } from '#kit/safe-fetch.ts'
import type { MediaBucket } from './bucket.ts'
import { bytesFile, type MediaFile, objectFile } from './file.ts'
import { detectType, HEAD_BYTES } from './inspect.ts'
import { type Place, putStream } from './put.ts'
import type { MediaSource } from './source.ts'
import { requireUpload } from './uploads.ts'

/** What the content of a file decides: whether it is taken, how large it may be, and whether it is held in memory. */
export type Plan = { limitBytes: number; inMemory: boolean }

/** Judges a file by the type that its content says it has. Throws `media_invalid` for what is not wanted. */
export type Judge = (detected: string | undefined) => Plan

/**
 * A file that came in. `bytes` when it is in memory, `key` when it lies in the bucket; `isOurs` when it was put there for this
 * message. `declared` is the type that its origin states.
 */
export type Arrived = {
  file: MediaFile
  detected?: string
  declared?: string
  fileName?: string
  bytes?: Buffer
  key?: string
  isOurs: boolean
}

const tooLarge = (limitBytes: number) =>
  fail('payload_too_large', { message: `The file is larger than ${limitBytes / 1024 / 1024} MB.` })

const assertFits = (sizeBytes: number, limitBytes: number): void => {
  if (sizeBytes > limitBytes) throw tooLarge(limitBytes)
}

const inMemory = (bytes: Buffer, facts: Omit<Arrived, 'file' | 'bytes' | 'isOurs'>): Arrived => ({
  ...facts,
  bytes,
  file: bytesFile(bytes),
  isOurs: true,
})

/** Streams from a URL into the bucket what is not held in memory; the limits count on the way already. */
const fromUrl = async (
  bucket: MediaBucket,
  place: Place,
  url: string,
  judge: Judge,
  mostBytes: number,
): Promise<Arrived> => {
  const { body, contentType: declared, fileName } = await safeGet(url, { maxBytes: mostBytes })
  try {
    const { head, rest } = await takeHead(body)
    const detected = await detectType(head)
    const { limitBytes, inMemory: isHeld } = judge(detected)
    const facts = { detected, declared, fileName }
    const within = Readable.from(limited(rest, limitBytes), { objectMode: false })
    if (isHeld) return inMemory(await whole(within), facts)
    const { key, sizeBytes } = await putStream(
      bucket,
      place,
      within,
      detected ?? declared ?? 'application/octet-stream',
    )
    return { ...facts, key, file: objectFile(bucket, key, sizeBytes), isOurs: true }
  } catch (error) {
    body.destroy()
    throw error
  }
}

const fromUpload = async (
  ctx: Context,
  bucket: MediaBucket,
  place: Place,
  { id, field }: { id: string; field: string },
  judge: Judge,
): Promise<Arrived> => {
  const upload = await requireUpload(ctx, bucket, { tenantId: place.tenantId, id, field })
  const { key, sizeBytes, fileName, mimeType: declared } = upload
  const file = objectFile(bucket, key, sizeBytes)
  const detected = await detectType(await file.read(0, HEAD_BYTES))
  const plan = judge(detected)
  assertFits(sizeBytes, plan.limitBytes)
  const facts = { detected, declared, fileName, key }
  if (!plan.inMemory) return { ...facts, file, isOurs: false }
  return { ...inMemory(await file.read(0, sizeBytes), facts), isOurs: false }
}

/**
 * Takes a file in from wherever the caller says it is, once its content is what is wanted and it is not too large. Throws
 * `media_invalid`, `media_unreachable`, `unsafe_url`, `payload_too_large` and `validation_failed`.
 */
export const arrive = async (
  ctx: Context,
  bucket: MediaBucket,
  place: Place,
  { source, field }: { source: MediaSource; field: string },
  { judge, mostBytes }: { judge: Judge; mostBytes: number },
): Promise<Arrived> => {
  if (source.kind === 'url') return fromUrl(bucket, place, source.url, judge, mostBytes)
  if (source.kind === 'upload') return fromUpload(ctx, bucket, place, { id: source.id, field }, judge)
  const detected = await detectType(source.bytes.subarray(0, HEAD_BYTES))
  assertFits(source.bytes.length, judge(detected).limitBytes)
  return inMemory(source.bytes, { detected, declared: source.mimeType })
}

/** The first bytes of a stream, and a stream that still has all of them. */
const takeHead = async (body: Readable): Promise<{ head: Buffer; rest: AsyncIterable<Buffer> }> => {
  const chunks: Buffer[] = []
  let length = 0
  const source = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  while (length < HEAD_BYTES) {
    const { value, done } = await source.next()
    if (done) break
    chunks.push(value)
    length += value.length
  }
  const rest = async function* (): AsyncGenerator<Buffer> {
    yield* chunks
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  }
  return { head: Buffer.concat(chunks).subarray(0, HEAD_BYTES), rest: rest() }
}

const limited = async function* (stream: AsyncIterable<Buffer>, limitBytes: number): AsyncGenerator<Buffer> {
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    assertFits(length, limitBytes)
    yield chunk
  }
}

const whole = async (stream: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
