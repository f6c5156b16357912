import { fail } from '#kit/errors.ts'
import { lazy } from '#kit/lazy.ts'
import { detectType, HEAD_BYTES, IMAGE_LIMIT, isSendableImage } from './inspect.ts'
import { exifOf, packExif, type StickerPack, withExif } from './webp.ts'

/** Pixels of a sticker on each side: WhatsApp's own. */
const SIDE = 512
/** What WhatsApp asks of stickers that stand still, and of moving ones. */
const WANTED_BYTES = { still: 100 * 1024, moving: 500 * 1024 }
/** A sticker that is still larger at the lowest quality is not sent. */
const MOST_BYTES = 1024 * 1024
/** Tried one after the other until the sticker is small enough; a moving one takes seconds each time. */
const QUALITIES = { still: [80, 50, 25, 10], moving: [60, 20] }
/** Seconds that one conversion may take. */
const LONGEST_SECONDS = 8
const PREVIEW_PIXELS = 96
const MOST_PIXELS = 160_000_000
const CLEAR = { r: 0, g: 0, b: 0, alpha: 0 }

const sharpModule = lazy(() => import('sharp'))

/** A sticker as WhatsApp takes it: WebP of 512 by 512 pixels, with a small PNG of it in base64. */
export type Sticker = { bytes: Buffer; width: number; height: number; animated: boolean; preview: string }

const invalid = (cause?: unknown) =>
  fail('media_invalid', { message: 'The sticker is no WebP, PNG, JPEG or GIF image that can be read.', cause })

const convert = async (bytes: Buffer, isMoving: boolean): Promise<Buffer> => {
  const { default: sharp } = await sharpModule()
  const wanted = isMoving ? WANTED_BYTES.moving : WANTED_BYTES.still
  const qualities = isMoving ? QUALITIES.moving : QUALITIES.still
  let smallest: Buffer | undefined
  for (const quality of qualities) {
    // A still picture is worth more time than each of a hundred.
    smallest = await sharp(bytes, { animated: isMoving, limitInputPixels: MOST_PIXELS })
      .rotate()
      .resize(SIDE, SIDE, { fit: 'contain', background: CLEAR })
      .webp({ quality, effort: isMoving ? 1 : 4, loop: 0 })
      .timeout({ seconds: LONGEST_SECONDS })
      .toBuffer()
      .catch((cause: unknown) => {
        throw invalid(cause)
      })
    if (smallest.length <= wanted) break
  }
  if (!smallest || smallest.length > MOST_BYTES) {
    throw fail('payload_too_large', { message: 'The sticker is larger than 1 MB even at the lowest quality.' })
  }
  return smallest
}

const previewOf = async (bytes: Buffer): Promise<string> => {
  const { default: sharp } = await sharpModule()
  const png = sharp(bytes).resize(PREVIEW_PIXELS, PREVIEW_PIXELS).png({ palette: true, compressionLevel: 9 })
  return (await png.toBuffer()).toString('base64')
}

/**
 * Makes a sticker of an image: WebP of 512 by 512 pixels with a transparent edge, moving when the image moves. A file that is
 * one already stays as it is, but for its pack when `pack` is given; otherwise the pack it has is kept. Throws `media_invalid`
 * and `payload_too_large`.
 */
export const prepareSticker = async (bytes: Buffer, pack?: StickerPack): Promise<Sticker> => {
  if (bytes.length > IMAGE_LIMIT) throw fail('payload_too_large', { message: 'The sticker is larger than 5 MB.' })
  const type = await detectType(bytes.subarray(0, HEAD_BYTES))
  if (!isSendableImage(type)) throw invalid()
  const { default: sharp } = await sharpModule()
  const { width, height, pages, pageHeight } = await sharp(bytes, { limitInputPixels: MOST_PIXELS })
    .metadata()
    .catch((cause: unknown) => {
      throw invalid(cause)
    })
  const animated = (pages ?? 1) > 1
  const fits = bytes.length <= (animated ? WANTED_BYTES.moving : WANTED_BYTES.still)
  const isOne = type === 'image/webp' && width === SIDE && (pageHeight ?? height) === SIDE && fits
  const picture = isOne ? bytes : await convert(bytes, animated)
  const exif = pack ? packExif(pack) : type === 'image/webp' && !isOne ? exifOf(bytes) : undefined
  const made = exif ? withExif(picture, exif, { width: SIDE, height: SIDE }) : picture
  return { bytes: made, width: SIDE, height: SIDE, animated, preview: await previewOf(made) }
}
