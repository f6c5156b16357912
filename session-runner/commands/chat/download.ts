import { createHash } from 'node:crypto'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Upload } from '@aws-sdk/lib-storage'
import { getMediaKeys } from '@whiskeysockets/baileys'
import { request } from 'undici'
import type { WorkOf } from '#domains/commands/model.ts'
import { AppError, fail } from '#kit/errors.ts'
import { MediaMismatch, mediaDecipher } from '../../inbound/media-cipher.ts'
import type { RunnerServices } from '../../services.ts'
import type { CommandHandler } from '../handler.ts'

type Download = WorkOf<'chat.download'>

const MEDIA_HOST = 'mmg.whatsapp.net'
const ANSWER_MS = 20_000
const PART_BYTES = 5 * 1024 * 1024
/** An encrypted file is longer than what it holds by padding and authentication code. */
const OVERHEAD_BYTES = 64

/**
 * Where the file lies. Only WhatsApp's media hosts are asked (or the sandbox network's), whatever address the caller gives: this
 * request leaves through the device's own connection. Throws `unsafe_url`.
 */
const addressOf = ({ url, directPath }: Download, networkUrl: string | undefined): URL => {
  const given = URL.canParse(url) ? new URL(url) : undefined
  const isKnown = (host: string): boolean =>
    host.endsWith('.whatsapp.net') || (networkUrl !== undefined && host === new URL(networkUrl).hostname)
  if (given && (given.protocol !== 'https:' || given.username !== '' || !isKnown(given.hostname))) {
    throw fail('unsafe_url', { message: 'Url: the file must lie on a media host of WhatsApp.' })
  }
  const address = directPath ? new URL(directPath, given?.origin ?? `https://${MEDIA_HOST}`) : given
  if (!address || !isKnown(address.hostname))
    throw fail('unsafe_url', { message: 'Url: is no address of a media host.' })
  return address
}

/** Passes the encrypted file on; ends with an error when it grows too long or is not the file that was named. */
const checked = (limit: number, encSha256: string | undefined): Transform => {
  const hash = createHash('sha256')
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      if (encSha256) hash.update(chunk)
      done(seen > limit ? fail('media_invalid', { message: 'The file is longer than FileLength says.' }) : null, chunk)
    },
    flush(done) {
      const differs = encSha256 !== undefined && !hash.digest().equals(Buffer.from(encSha256, 'base64'))
      done(differs ? fail('media_invalid', { message: 'The file is not the one that FileEncSHA256 names.' }) : null)
    },
  })
}

const fetchFile = async (
  services: RunnerServices,
  device: Parameters<RunnerServices['transports']['of']>[0],
  address: URL,
) => {
  const { dispatcher } = await services.transports.of(device)
  const answer = await request(address, {
    dispatcher,
    headers: { origin: 'https://web.whatsapp.com' },
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((cause: unknown) => {
    throw fail('media_unreachable', { message: "WhatsApp's media host did not answer.", cause })
  })
  if (answer.statusCode === 200) return answer.body
  answer.body.on('error', () => undefined).destroy()
  const message = `WhatsApp's media host answered ${answer.statusCode}: the file is not there any more, or the address is wrong.`
  throw fail('media_unreachable', { message })
}

/** Decrypts the file into the media bucket, as a stream. Gives its length. */
const store = async (services: RunnerServices, work: Download, body: Readable): Promise<number> => {
  const type = work.media === 'sticker' ? 'image' : work.media
  const { iv, cipherKey, macKey } = await getMediaKeys(Buffer.from(work.mediaKey, 'base64'), type)
  const decipher = mediaDecipher(
    { iv, cipherKey, macKey: macKey ?? new Uint8Array() },
    Buffer.from(work.fileSha256, 'base64'),
  )
  let sizeBytes = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length
      done(null, chunk)
    },
  })
  const params = { Bucket: services.mediaBucket, Key: work.key, Body: counted, ContentType: work.mimeType }
  const upload = new Upload({ client: services.s3, params, partSize: PART_BYTES, queueSize: 1 })
  const limit = work.sizeBytes + OVERHEAD_BYTES
  const moved = pipeline(body, checked(limit, work.fileEncSha256), decipher, counted)
  // The first to fail says why; the other one fails of it.
  moved.catch(() => upload.abort()).catch(() => undefined)
  const stored = upload.done().catch(() => undefined)
  await moved
  if (!(await stored)) throw fail('try_again')
  return sizeBytes
}

/**
 * Fetches a file from WhatsApp's media hosts, decrypts it and puts it into the media bucket. Throws `unsafe_url`,
 * `media_unreachable`, and `media_invalid` for a file that is not the one described.
 */
export const chatDownload: CommandHandler<'chat.download'> = async (services, session, work) => {
  const { id, settings } = session.device()
  const address = addressOf(work, services.config.whatsAppUrl)
  try {
    const body = await fetchFile(services, { id, settings }, address)
    const sizeBytes = await store(services, work, body)
    if (sizeBytes === work.sizeBytes) return { sizeBytes }
  } catch (error) {
    if (error instanceof AppError) throw error
    if (error instanceof MediaMismatch)
      throw fail('media_invalid', { message: `The file is not the one described: ${error.message}.` })
    throw fail('media_unreachable', { cause: error })
  }
  throw fail('media_invalid', { message: 'The file is not as long as FileLength says.' })
}
