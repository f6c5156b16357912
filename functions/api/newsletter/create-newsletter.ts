import { z } from 'zod'
import { mediaBucket } from '#domains/media/bucket.ts'
import { readPicture, storePicture } from '#domains/media/picture.ts'
import { NAME_LIMIT } from '#domains/newsletters/model.ts'
import { createNewsletter } from '#domains/newsletters/newsletters.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { channelErrors, channelNeeds, sessionOf } from './_channel.ts'

export const operation = defineOperation({
  key: 'digigo POST /newsletter/create',
  group: 'Newsletter',
  summary: 'Create a newsletter',
  description:
    `A name of more than ${NAME_LIMIT} characters is cut. WhatsApp may want its terms accepted first: POST /newsletter/accept-tos. ` +
    'When WhatsApp takes the newsletter but not its picture, the message says so.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      name: z.string().trim().min(1, 'is required'),
      description: z.string().max(2048).optional(),
      picture: z
        .string()
        .min(1)
        .optional()
        .describe('Base64 data URL or http(s) URL of a JPEG, PNG, GIF or WebP image'),
    }),
  },
  output: z.object({ success: z.boolean(), jid: z.string(), name: z.string(), message: z.string() }),
  envelope: 'flat',
  errorForm: { 400: 'message', 413: 'message', 500: 'text' },
  refusals: { name: { missing: 'name is required' } },
  errors: [
    'validation_failed',
    'media_invalid',
    'media_unreachable',
    'unsafe_url',
    'payload_too_large',
    'forbidden',
    ...channelErrors,
  ],
  needs: { ...channelNeeds, media: 'readWrite' },
  idempotent: true,
  examples: { body: { name: 'My Newsletter', description: 'A newsletter about interesting topics' } },
  handler: async (ctx, { body }) => {
    const device = await sessionOf(ctx)
    const jpeg = body.picture === undefined ? undefined : await readPicture(body.picture, 'picture')
    const pictureKey = jpeg && (await storePicture(mediaBucket(), device, jpeg))
    const name = [...body.name].slice(0, NAME_LIMIT).join('')
    const { description } = body
    const made = await createNewsletter(commandPort(), device, { name, description, pictureKey })
    const isWhole = pictureKey === undefined || made.pictureSet
    return {
      success: true,
      jid: made.newsletter.jid,
      name: made.newsletter.name,
      message: isWhole
        ? 'Newsletter created successfully'
        : 'Newsletter created, but WhatsApp did not take its picture',
    }
  },
})
