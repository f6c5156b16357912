import { pipeline, Transform, type TransformCallback } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getMediaKeys } from '@whiskeysockets/baileys'
import type { Dispatcher } from 'undici'
import type { MediaSource } from '#domains/messages/normalise-media.ts'
import { MediaMismatch, mediaDecipher, plainVerifier } from './media-cipher.ts'
import { fetchFile, type IsMediaHost } from './media-host.ts'

/** How much, and how long, one file may take. */
export type MediaLimits = {
  /** Bytes of a file. */
  bytes: number
  /** Milliseconds for everything: asking again, and all attempts. `perMb` are added for each megabyte that its sender names. */
  baseMs: number
  perMbMs: number
}

/**
 * WhatsApp takes files up to 2 GB. Half a megabyte in a second is the least that a task waits for: slower ones would hold up the
 * files of others.
 */
export const MEDIA_LIMITS: MediaLimits = { bytes: 2 * 1024 ** 3, baseMs: 3 * 60_000, perMbMs: 2_000 }

/** The file is larger than is taken. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/** The file took too long. */
export class TooLate extends Error {
  override readonly name = 'TooLate'
}

const MB = 1024 * 1024
const PART_BYTES = 5 * MB

/** Milliseconds that a file may take; what its sender says of its size counts as far as such a file is taken at all. */
export const deadlineOf = ({ sizeBytes = 0 }: MediaSource, limits: MediaLimits): number =>
  limits.baseMs + Math.ceil(Math.min(sizeBytes, limits.bytes) / MB) * limits.perMbMs

/** What opens a file on its way; files of channels are not encrypted. */
const opening = async (source: MediaSource, chat: string): Promise<Transform> => {
  if (!source.mediaKey && chat.endsWith('@newsletter')) return plainVerifier(source.fileSha256)
  if (!source.mediaKey) throw new MediaMismatch('the message holds no media key')
  const type = source.type === 'sticker' ? 'image' : source.type
  const { iv, cipherKey, macKey } = await getMediaKeys(Buffer.from(source.mediaKey), type)
  return mediaDecipher({ iv, cipherKey, macKey: macKey ?? new Uint8Array() }, source.fileSha256)
}

/** Counts what passes, and ends with `TooLarge` beyond the limit: what its sender says of a file may be wrong. */
const counter = (limitBytes: number): { stream: Transform; bytes: () => number } => {
  let sizeBytes = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback): void {
      sizeBytes += chunk.length
      if (sizeBytes > limitBytes) done(new TooLarge('the file is larger than is taken'))
      else done(null, chunk)
    },
  })
  return { stream, bytes: () => sizeBytes }
}

/** Where a file goes, and the way there. */
type Target = {
  s3: S3Client
  bucket: string
  key: string
  chat: string
  isMediaHost: IsMediaHost
  dispatcher: Dispatcher | undefined
}

/**
 * Brings a file from WhatsApp into the bucket, opened, a part of 5 MB in memory at a time; gives its size in bytes. What is not
 * the file that the message names is never completed. Throws `Gone`, `MediaMismatch`, `TooLarge`, and the reason of `signal`.
 */
export const transferMedia = async (
  source: MediaSource,
  { s3, bucket, key, chat, isMediaHost, dispatcher }: Target,
  limitBytes: number,
  signal: AbortSignal,
): Promise<number> => {
  if ((source.sizeBytes ?? 0) > limitBytes) throw new TooLarge('the file is larger than is taken')
  const decipher = await opening(source, chat)
  const body = await fetchFile(source, isMediaHost, dispatcher, signal)
  const { stream, bytes } = counter(limitBytes)
  const params = { Bucket: bucket, Key: key, Body: stream, ContentType: source.mimeType ?? 'application/octet-stream' }
  const upload = new Upload({ client: s3, params, partSize: PART_BYTES, queueSize: 1 })
  const stop = (): void => {
    stream.destroy(signal.reason as Error)
    void upload.abort()
  }
  // An error on the way is that of the last stream, and so of the upload.
  pipeline(body, decipher, stream, () => undefined)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await upload.done()
    return bytes()
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
    body.destroy()
  }
}
