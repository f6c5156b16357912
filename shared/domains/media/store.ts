import type { z } from 'zod'
import type { Context } from '#kit/context.ts'
import { AppError, fail } from '#kit/errors.ts'
import type { outboundMedia } from '../commands/content/media.ts'
import { type Arrived, arrive, type Plan } from './arrive.ts'
import type { MediaBucket } from './bucket.ts'
import { documentType } from './document-type.ts'
import { inspectFilm } from './film.ts'
import { AUDIO_LIMIT, IMAGE_LIMIT, inspectImage, isSendableImage } from './inspect.ts'
import { dropObject, type Place, putBytes } from './put.ts'
import { prepareSound, soundReader, VOICE_TYPE } from './sound.ts'
import type { MediaSource } from './source.ts'
import { prepareSticker } from './sticker.ts'
import { FILE_LIMIT } from './uploads.ts'
import type { StickerPack } from './webp.ts'

/** Media of an outbound message as commands carry it. */
type OutboundMedia = z.infer<typeof outboundMedia>

/** What a file is sent as. */
type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker'

/** A file to be sent. `as` is what the caller wants it to be; `any` lets the content decide. */
export type MediaInput = {
  source: MediaSource
  as: MediaKind | 'any'
  field: string
  fileName?: string
  /** The type the caller states; counts for documents, since everything else says itself what it is. */
  mimeType?: string
  /** Audio becomes a voice note. */
  voice?: boolean
  /** Preview that the caller brings: JPEG for a video, PNG for a sticker; base64. */
  preview?: string
  /** Pack that a sticker is said to come from. */
  pack?: StickerPack
}

/** A file that lies in the media bucket and can be sent. */
export type StoredMedia = { kind: MediaKind; media: OutboundMedia }

/** What became of a file: the facts a message states, and other bytes than those that came, if it was converted. */
type Prepared = { kind: MediaKind; facts: Partial<OutboundMedia> & { mimeType: string }; bytes?: Buffer }

const VIDEO = /^video\/(mp4|3gpp|quicktime|x-m4v)$/

const limitOf: Record<MediaKind, number> = {
  image: IMAGE_LIMIT,
  sticker: IMAGE_LIMIT,
  audio: AUDIO_LIMIT,
  video: FILE_LIMIT,
  document: FILE_LIMIT,
}

/** What a file is, by its content, when the caller leaves it open. Audio that nobody plays is a document. */
const kindByContent = (detected = ''): MediaKind => {
  if (isSendableImage(detected)) return 'image'
  if (VIDEO.test(detected)) return 'video'
  return detected.startsWith('audio/') && soundReader(detected) ? 'audio' : 'document'
}

/** Throws `media_invalid` for a file that is not what the caller wants it to be. */
const judgeAs = (as: MediaKind, detected: string | undefined): Plan => {
  const isImage = as === 'image' || as === 'sticker'
  if (isImage && !isSendableImage(detected)) {
    throw fail('media_invalid', { message: 'The file is no JPEG, PNG, GIF or WebP image.' })
  }
  if (as === 'video' && !VIDEO.test(detected ?? '')) {
    throw fail('media_invalid', { message: 'The file is no MP4, 3GPP or QuickTime video.' })
  }
  if (as === 'audio' && !soundReader(detected)) {
    throw fail('media_invalid', { message: 'The file is no OGG, MP3, AAC, M4A or WAV audio.' })
  }
  return { limitBytes: limitOf[as], inMemory: isImage }
}

const asVideo = async ({ file, detected }: Arrived, { preview }: MediaInput): Promise<Prepared> => {
  const mimeType = detected === undefined || detected === 'video/x-m4v' ? 'video/mp4' : detected
  return { kind: 'video', facts: { ...(await inspectFilm(file, preview)), mimeType } }
}

const asAudio = async ({ file, detected }: Arrived, voice: boolean): Promise<Prepared> => {
  const { bytes, ...facts } = await prepareSound(file, detected, voice)
  return { kind: 'audio', facts, bytes }
}

const asSticker = async (bytes: Buffer, input: MediaInput): Promise<Prepared> => {
  const { bytes: made, preview, ...facts } = await prepareSticker(bytes, input.pack)
  const thumbnail = input.preview ?? preview
  return { kind: 'sticker', facts: { ...facts, mimeType: 'image/webp', thumbnail }, bytes: made }
}

const asDocument = (arrived: Arrived, input: MediaInput): Prepared => {
  const mimeType = documentType({ ...arrived, stated: input.mimeType, fileName: input.fileName ?? arrived.fileName })
  return { kind: 'document', facts: { mimeType } }
}

/** What phones would not play is a document, when the caller leaves it open. */
const byContent = async (arrived: Arrived, input: MediaInput): Promise<Prepared> => {
  const kind = kindByContent(arrived.detected)
  try {
    return await prepareAs(kind, arrived, { ...input, voice: arrived.detected === VOICE_TYPE })
  } catch (error) {
    if (kind === 'image' || !(error instanceof AppError && error.code === 'media_invalid')) throw error
    return asDocument(arrived, input)
  }
}

const prepareAs = async (kind: MediaKind, arrived: Arrived, input: MediaInput): Promise<Prepared> => {
  const bytes = arrived.bytes ?? Buffer.alloc(0)
  if (kind === 'image') return { kind, facts: await inspectImage(bytes) }
  if (kind === 'sticker') return asSticker(bytes, input)
  if (kind === 'video') return asVideo(arrived, input)
  if (kind === 'audio') return asAudio(arrived, input.voice ?? false)
  return asDocument(arrived, input)
}

/**
 * Brings a file into the media bucket, tells what it is by its content, and makes of it what WhatsApp takes. Large files pass as
 * streams; images are held whole, since they are small and get a preview. Throws `media_invalid`, `media_unreachable`,
 * `unsafe_url`, `payload_too_large` and `validation_failed`; what was stored on the way is taken away then.
 */
export const storeMedia = async (
  ctx: Context,
  bucket: MediaBucket,
  place: Place,
  input: MediaInput,
): Promise<StoredMedia> => {
  const { as } = input
  const judge = (detected: string | undefined): Plan => judgeAs(as === 'any' ? kindByContent(detected) : as, detected)
  const mostBytes = as === 'any' ? FILE_LIMIT : limitOf[as]
  const arrived = await arrive(ctx, bucket, place, input, { judge, mostBytes })
  try {
    const prepared = as === 'any' ? await byContent(arrived, input) : await prepareAs(as, arrived, input)
    return await settle(bucket, place, input, arrived, prepared)
  } catch (error) {
    await discard(bucket, arrived)
    throw error
  }
}

const discard = async (bucket: MediaBucket, { key, isOurs }: Arrived): Promise<void> => {
  if (key !== undefined && isOurs) await dropObject(bucket, key)
}

/** Stores what is to be sent, unless it lies in the bucket already. An upload stays its owner's. */
const settle = async (
  bucket: MediaBucket,
  place: Place,
  input: MediaInput,
  arrived: Arrived,
  { kind, facts, bytes }: Prepared,
): Promise<StoredMedia> => {
  const fileName = input.fileName ?? arrived.fileName
  const others = bytes ?? (arrived.key === undefined ? arrived.bytes : undefined)
  if (!others) {
    return { kind, media: { ...facts, fileName, key: arrived.key ?? '', sizeBytes: arrived.file.sizeBytes } }
  }
  const key = await putBytes(bucket, place, others, facts.mimeType)
  await discard(bucket, arrived)
  return { kind, media: { ...facts, fileName, key, sizeBytes: others.length } }
}
