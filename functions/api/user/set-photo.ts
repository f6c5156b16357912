import { z } from 'zod'
import { setOwnPicture } from '#domains/devices/account.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { mediaBucket } from '#domains/media/bucket.ts'
import { detectType, HEAD_BYTES } from '#domains/media/inspect.ts'
import { readPictureFile, storePicture, toPicture } from '#domains/media/picture.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { AppError } from '#kit/errors.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds, refuse, required } from './_live.ts'

const NO_JPEG = 'image must be in JPEG format. WhatsApp only accepts JPEG images for profile photos'

/** The failure in the document's words; what it has no words for stays as it is. */
const inWords = (error: unknown, isUrl: boolean): unknown => {
  if (!(error instanceof AppError)) return error
  if (error.code === 'validation_failed') return refuse('could not decode base64 encoded data from payload')
  if (error.code !== 'media_unreachable' || !isUrl) return error
  const status = /status (\d+)/.exec(error.message)?.[1]
  const reason = status ? `HTTP error ${status} when downloading from URL` : 'the server did not answer'
  return refuse(`could not download image from URL: ${reason}`)
}

const readJpeg = async (image: string): Promise<Buffer> => {
  const isUrl = /^https?:\/\//i.test(image)
  if (!isUrl && !/^data:/i.test(image)) {
    throw refuse('Image must be a base64 data URL ("data:image/jpeg;base64,...") or an HTTP/HTTPS URL')
  }
  const bytes = await readPictureFile(image, 'Image').catch((error: unknown) => {
    throw inWords(error, isUrl)
  })
  if ((await detectType(bytes.subarray(0, HEAD_BYTES))) !== 'image/jpeg') throw refuse(NO_JPEG)
  return toPicture(bytes)
}

export const operation = defineOperation({
  key: 'digigo POST /user/photo',
  group: 'User',
  summary: 'Set own profile photo',
  description: 'A JPEG of up to 5 MB. It is cut to a square of at most 640 pixels, the form WhatsApp wants.',
  auth: ['deviceToken'],
  input: { body: z.object({ Image: z.string().optional().describe('Required. Base64 data URL, or http(s) URL') }) },
  output: z.object({ Details: z.string(), PictureID: z.string() }),
  errorForm: 'data',
  errors: [...liveErrors, 'validation_failed', 'media_invalid', 'unsafe_url', 'payload_too_large'],
  needs: { ...liveNeeds, media: 'readWrite' },
  examples: { body: { Image: 'https://example.com/my-profile-photo.jpg' } },
  handler: async (ctx, { body }) => {
    const image = required(body.Image, 'missing Image in Payload')
    const device = await sessionDevice(ctx, ctx.actor)
    const key = await storePicture(mediaBucket(), device, await readJpeg(image))
    const set = setOwnPicture(commandPort(), device, key).catch((error: unknown) => {
      throw error instanceof AppError && error.message === 'not-acceptable'
        ? new AppError('upstream_error', { message: 'image not acceptable', cause: error })
        : error
    })
    const PictureID = (await documented('failed to set profile photo', set)) ?? ''
    return { Details: 'Profile photo set successfully', PictureID }
  },
})
