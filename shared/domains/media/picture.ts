import { PutObjectCommand } from '@aws-sdk/client-s3'
import { fail } from '#kit/errors.ts'
import { newId } from '#kit/ids.ts'
import { lazy } from '#kit/lazy.ts'
import { safeGet } from '#kit/safe-fetch.ts'
import { outboundPrefix } from '../devices/purge.ts'
import type { MediaBucket } from './bucket.ts'
import { IMAGE_LIMIT, inspectImage } from './inspect.ts'
import { readMediaSource } from './source.ts'

/** Pixels of a profile picture at most, on each side. */
const PICTURE_PIXELS = 640

const sharpModule = lazy(() => import('sharp'))

/** The file that a data URL holds or an http(s) URL leads to. Throws as `readPicture` does. */
export const readPictureFile = async (text: string, field: string): Promise<Buffer> => {
  const source = readMediaSource(text, field)
  if (source.kind === 'bytes') return source.bytes
  if (source.kind === 'upload') {
    throw fail('validation_failed', { details: [{ path: field, message: 'must be a data URL or an http(s) URL' }] })
  }
  const { body } = await safeGet(source.url, { maxBytes: IMAGE_LIMIT })
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/**
 * An image (data URL or http(s) URL) as a square JPEG of at most 640 pixels, the form of profile pictures. Throws
 * `validation_failed` naming `field`, `media_invalid`, `media_unreachable`, `unsafe_url` and `payload_too_large`.
 */
export const readPicture = async (text: string, field: string): Promise<Buffer> =>
  toPicture(await readPictureFile(text, field))

/** An image as a square JPEG of at most 640 pixels. Throws `media_invalid` and `payload_too_large`. */
export const toPicture = async (bytes: Buffer): Promise<Buffer> => {
  await inspectImage(bytes)
  const { default: sharp } = await sharpModule()
  return sharp(bytes)
    .rotate()
    .resize(PICTURE_PIXELS, PICTURE_PIXELS, { fit: 'cover', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 80 })
    .toBuffer()
    .catch((cause: unknown) => {
      throw fail('media_invalid', { message: 'The image cannot be read.', cause })
    })
}

/** Puts a picture among the device's outbound files and gives its object's key: commands carry no files. */
export const storePicture = async (
  { s3, bucket }: MediaBucket,
  place: { tenantId: string; id: string },
  jpeg: Buffer,
): Promise<string> => {
  const key = `${outboundPrefix(place.tenantId, place.id)}${newId('media')}`
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: jpeg, ContentType: 'image/jpeg' }))
  return key
}
