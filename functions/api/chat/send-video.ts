import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import { defineOperation } from '#kit/define-operation.ts'
import {
  fileErrors,
  fileField,
  fileNeeds,
  inEitherSpelling,
  mimeTypeField,
  previewField,
  previewOf,
  viewOnceField,
} from './_media.ts'
import { caption, commonFields, sendAndAnswer, sendResult } from './_send.ts'

const fields = z.object({
  ...commonFields,
  Video: fileField,
  Caption: caption,
  MimeType: mimeTypeField.describe('Taken for compatibility; the type is found by the content'),
  JPEGThumbnail: previewField.describe('Preview, JPEG in base64; without it one is made of the first frame'),
  ViewOnce: viewOnceField.describe('It can be opened once only'),
})

export const operation = defineOperation({
  key: 'digigo POST /chat/send/video',
  group: 'Send',
  summary: 'Send a video',
  description:
    'MP4, 3GPP or QuickTime with H.264 pictures and AAC sound, up to 100 MB; anything else is refused, since phones would not play it. Length, size and preview are found in the file.',
  auth: ['deviceToken'],
  input: { body: inEitherSpelling(fields) },
  output: sendResult,
  errors: fileErrors,
  needs: fileNeeds,
  idempotent: true,
  examples: { body: { Phone: '5521971532700', Video: 'https://example.com/video.mp4', Caption: 'my video' } },
  handler: async (ctx, { body }) =>
    sendAndAnswer(ctx, body, {
      kind: 'media',
      file: {
        source: readMediaSource(body.Video, 'Video'),
        as: 'video',
        field: 'Video',
        mimeType: body.MimeType,
        preview: await previewOf(body.JPEGThumbnail, 'image/jpeg', 'JPEGThumbnail'),
      },
      caption: body.Caption,
      viewOnce: body.ViewOnce,
    }),
})
