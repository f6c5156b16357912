import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fileErrors, fileField, fileNeeds, onceOrTimed, viewOnceField } from './_media.ts'
import { caption, commonFields, sendAndAnswer, sendResult, unlessEmpty } from './_send.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/send/image',
  group: 'Send',
  summary: 'Send an image',
  description:
    'JPEG, PNG, GIF or WebP of up to 5 MB. The type is found by the content of the file; a stated one does not change it.',
  auth: ['deviceToken'],
  input: {
    body: z
      .object({
        ...commonFields,
        Image: fileField,
        Caption: caption,
        MimeType: unlessEmpty(z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])),
        ViewOnce: viewOnceField,
      })
      .refine(onceOrTimed.check, onceOrTimed.refusal),
  },
  output: sendResult,
  errors: fileErrors,
  needs: fileNeeds,
  idempotent: true,
  examples: { body: { Phone: '5521971532700', Image: 'https://example.com/image.jpg', Caption: 'Image Description' } },
  handler: (ctx, { body }) =>
    sendAndAnswer(ctx, body, {
      kind: 'media',
      file: { source: readMediaSource(body.Image, 'Image'), as: 'image', field: 'Image', mimeType: body.MimeType },
      caption: body.Caption,
      viewOnce: body.ViewOnce,
    }),
})
