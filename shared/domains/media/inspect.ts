import { fail } from '#kit/errors.ts'
import { lazy } from '#kit/lazy.ts'

/** Bytes of an image at most, as the DIGIGO document says. */
export const IMAGE_LIMIT = 5 * 1024 * 1024

/** Bytes of an audio at most, as the DIGIGO document says. */
export const AUDIO_LIMIT = 16 * 1024 * 1024

/** Image types that may be sent as an image. */
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])

/** Bytes at the start of a file that are enough to tell its type. */
export const HEAD_BYTES = 4100

/** Pixels of a preview at most, on each side. */
export const THUMBNAIL_PIXELS = 96
const MOST_PIXELS = 100_000_000

// Both are loaded when the first file comes: a text message should not wait for them at a cold start.
const fileType = lazy(() => import('file-type'))
const sharpModule = lazy(() => import('sharp'))

/** The type that the content itself says it has; undefined where content has no mark, as in plain text. */
export const detectType = async (head: Uint8Array): Promise<string | undefined> => {
  const { fileTypeFromBuffer } = await fileType()
  return (await fileTypeFromBuffer(head))?.mime
}

/** Whether a type may be sent as an image. */
export const isSendableImage = (mimeType: string | undefined): boolean =>
  mimeType !== undefined && IMAGE_TYPES.has(mimeType)

/** What a message says about its image. `thumbnail` is a small JPEG in base64. */
export type ImageFacts = { mimeType: string; width: number; height: number; thumbnail?: string }

const open = async (bytes: Buffer) => {
  const { default: sharp } = await sharpModule()
  return sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'none' })
}

/** A small JPEG of an image, upright, in base64; `pixels` on each side at most. Rejects when it cannot be drawn. */
export const drawThumbnail = async (bytes: Buffer, pixels = THUMBNAIL_PIXELS): Promise<string> => {
  const small = (await open(bytes))
    .rotate()
    .resize(pixels, pixels, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 55 })
  return (await small.toBuffer()).toString('base64')
}

/**
 * Type, size and preview of an image; width and height as it is shown, which its EXIF may turn. Throws `payload_too_large` and
 * `media_invalid`; an image that can be measured but not drawn goes without preview.
 */
export const inspectImage = async (bytes: Buffer): Promise<ImageFacts> => {
  if (bytes.length > IMAGE_LIMIT) throw fail('payload_too_large', { message: 'The image is larger than 5 MB.' })
  const mimeType = await detectType(bytes.subarray(0, HEAD_BYTES))
  if (mimeType === undefined || !isSendableImage(mimeType)) {
    throw fail('media_invalid', { message: 'The file is no JPEG, PNG, GIF or WebP image.' })
  }
  const { autoOrient } = await (await open(bytes)).metadata().catch((cause: unknown) => {
    throw fail('media_invalid', { message: 'The image cannot be read.', cause })
  })
  const thumbnail = await drawThumbnail(bytes).catch(() => undefined)
  return { mimeType, width: autoOrient.width, height: autoOrient.height, thumbnail }
}

const PREVIEW_LIMIT = 1024 * 1024

/**
 * A preview that a caller brings, made small: base64 of a JPEG or a PNG, whichever `type` says. Throws `validation_failed` naming
 * `field` when the bytes are something else.
 */
export const readPreview = async (bytes: Buffer, type: 'image/jpeg' | 'image/png', field: string): Promise<string> => {
  const refuse = (message: string) => fail('validation_failed', { details: [{ path: field, message }] })
  if (bytes.length > PREVIEW_LIMIT) throw refuse('is larger than 1 MB')
  if ((await detectType(bytes)) !== type) throw refuse(`must be a ${type === 'image/jpeg' ? 'JPEG' : 'PNG'} in base64`)
  if (type === 'image/jpeg') {
    return drawThumbnail(bytes).catch(() => {
      throw refuse('cannot be read')
    })
  }
  const small = (await open(bytes)).resize(THUMBNAIL_PIXELS, THUMBNAIL_PIXELS, { fit: 'inside' }).png({ palette: true })
  const png = await small.toBuffer().catch(() => {
    throw refuse('cannot be read')
  })
  return png.toString('base64')
}
