import { Readable } from 'node:stream'
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { fail } from '#kit/errors.ts'
import { newId } from '#kit/ids.ts'
import { outboundPrefix } from '../devices/purge.ts'
import type { MediaBucket } from './bucket.ts'

/** Whose file it is. */
export type Place = { tenantId: string; deviceId: string }

const PART_BYTES = 5 * 1024 * 1024

const newKey = ({ tenantId, deviceId }: Place): string => `${outboundPrefix(tenantId, deviceId)}${newId('media')}`

/** Puts a file among the device's outbound files; gives its key. */
export const putBytes = async (
  { s3, bucket }: MediaBucket,
  place: Place,
  bytes: Buffer,
  mimeType: string,
): Promise<string> => {
  const key = newKey(place)
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: mimeType }))
  return key
}

/**
 * Puts a stream among the device's outbound files, one part of 5 MB in memory at a time. Throws `media_invalid` when it is
 * empty, and what ended the stream.
 */
export const putStream = async (
  { s3, bucket }: MediaBucket,
  place: Place,
  stream: Readable,
  mimeType: string,
): Promise<{ key: string; sizeBytes: number }> => {
  const key = newKey(place)
  let sizeBytes = 0
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      yield chunk
    }
  }
  const params = { Bucket: bucket, Key: key, Body: Readable.from(counted()), ContentType: mimeType }
  await new Upload({ client: s3, params, partSize: PART_BYTES, queueSize: 1 }).done()
  if (sizeBytes === 0) {
    await dropObject({ s3, bucket }, key)
    throw fail('media_invalid', { message: 'The file is empty.' })
  }
  return { key, sizeBytes }
}

/** Takes a file away again that is not sent after all. */
export const dropObject = async ({ s3, bucket }: MediaBucket, key: string): Promise<void> => {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
}
