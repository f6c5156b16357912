import { Readable } from 'node:stream'
import { DeleteObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { MediaBucket } from './bucket.ts'

/** Bytes of a file that is fetched from WhatsApp for a caller at most. */
export const DOWNLOAD_LIMIT = 64 * 1024 * 1024

/** Bytes of a file that an answer can hold as base64: Lambda's answers end at 6 MB. */
export const INLINE_LIMIT = 4 * 1024 * 1024

const LINK_SECONDS = 600
const PART_BYTES = 5 * 1024 * 1024

/** The file in base64; it is not needed any more and taken away. */
export const takeAsBase64 = async ({ s3, bucket }: MediaBucket, key: string): Promise<string> => {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  const text = (await object.Body?.transformToString('base64')) ?? ''
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
  return text
}

/** Base64 of a stream, without ever holding more than a chunk of it. */
const base64Of = async function* (stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for await (const chunk of stream) {
    const bytes = Buffer.concat([rest, chunk])
    const whole = bytes.length - (bytes.length % 3)
    rest = bytes.subarray(whole)
    yield bytes.subarray(0, whole).toString('base64')
  }
  yield rest.toString('base64')
}

/**
 * Puts a text that holds the file in base64 (`before`, the file, `after`) beside the file, as a stream, and gives an address
 * under which it can be fetched for ten minutes.
 */
export const publishAsBase64 = async (
  { s3, bucket }: MediaBucket,
  key: string,
  { before, after }: { before: string; after: string },
): Promise<string> => {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  const whole = async function* (): AsyncGenerator<string> {
    yield before
    yield* base64Of(object.Body as Readable)
    yield after
  }
  const Key = `${key}.json`
  const Body = Readable.from(whole(), { objectMode: false })
  const params = { Bucket: bucket, Key, Body, ContentType: 'application/json' }
  await new Upload({ client: s3, params, partSize: PART_BYTES, queueSize: 1 }).done()
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
  return getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key }), { expiresIn: LINK_SECONDS })
}
