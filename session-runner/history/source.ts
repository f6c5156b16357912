import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createInflate } from 'node:zlib'
import { getMediaKeys, type proto } from '@whiskeysockets/baileys'
import type { Dispatcher } from 'undici'
import { mediaDecipher } from '../inbound/media-cipher.ts'
import { fetchFile, type IsMediaHost } from '../inbound/media-host.ts'
import { Damaged } from './fields.ts'

type Notification = proto.Message.IHistorySyncNotification

/** Bytes of a packed chunk at most; those that phones send are a few megabytes. */
const LARGEST_PACKED = 96 * 1024 * 1024

/**
 * The bytes of a chunk of history, unpacked as they are read, each time anew. A file is fetched and checked whole before the first of them is
 * given: what it says is acted upon. Throws `Gone`, `MediaMismatch` and `Damaged`, and what the network throws.
 */
export const openChunk = async (
  notification: Notification,
  isMediaHost: IsMediaHost,
  dispatcher: Dispatcher | undefined,
): Promise<() => AsyncIterable<Uint8Array>> => {
  const inline = notification.initialHistBootstrapInlinePayload
  const packed = inline?.length ? Buffer.from(inline) : await fetchPacked(notification, isMediaHost, dispatcher)
  return () => unpacked(packed)
}

const fetchPacked = async (
  { mediaKey, directPath, fileSha256 }: Notification,
  isMediaHost: IsMediaHost,
  dispatcher: Dispatcher | undefined,
): Promise<Buffer> => {
  if (!mediaKey?.length || !directPath) throw new Damaged('the phone names no file of its history')
  const { iv, cipherKey, macKey } = await getMediaKeys(Buffer.from(mediaKey), 'md-msg-hist')
  const keys = { iv, cipherKey, macKey: macKey ?? new Uint8Array() }
  const pieces: Buffer[] = []
  let size = 0
  const gather = new Writable({
    write: (piece: Buffer, _encoding, done) => {
      size += piece.length
      pieces.push(piece)
      done(size > LARGEST_PACKED ? new Damaged('the history is too large') : null)
    },
  })
  const body = await fetchFile({ directPath }, isMediaHost, dispatcher)
  await pipeline(body, mediaDecipher(keys, fileSha256 ?? undefined), gather)
  return Buffer.concat(pieces)
}

async function* unpacked(packed: Buffer): AsyncGenerator<Uint8Array> {
  const inflate = createInflate()
  // Read in small pieces, or the whole chunk would be one and unpacked ahead of its reader.
  Readable.from(slices(packed)).pipe(inflate)
  try {
    for await (const piece of inflate) yield piece as Uint8Array
  } catch (error) {
    throw isBroken(error) ? new Damaged('the history cannot be unpacked', { cause: error }) : error
  } finally {
    inflate.destroy()
  }
}

const SLICE = 64 * 1024

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE)
}

const isBroken = (error: unknown): boolean => String((error as { code?: unknown }).code ?? '').startsWith('Z_')
