import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fileErrors, fileField, fileNeeds, previewField, previewOf } from './_media.ts'
import { commonFields, sendAndAnswer, sendResult, unlessEmpty } from './_send.ts'

const packText = unlessEmpty(z.string().max(128, 'has at most 128 characters'))

const fields = z.object({
  ...commonFields,
  Sticker: fileField,
  MimeType: unlessEmpty(z.enum(['image/webp', 'image/jpeg', 'image/png', 'image/gif'])).describe(
    'Taken for compatibility; the type is found by the content',
  ),
  PngThumbnail: previewField.describe('Preview, PNG in base64; without it one is made'),
  PackId: packText.describe('Pack that phones show the sticker under; an addition to the document'),
  PackName: packText,
  PackPublisher: packText,
  EmojiTags: z.array(z.string().max(32)).max(20).optional(),
})

const packOf = ({ PackId, PackName, PackPublisher, EmojiTags }: z.output<typeof fields>) => {
  const pack = { id: PackId, name: PackName, publisher: PackPublisher, emojis: EmojiTags }
  return Object.values(pack).some((value) => value !== undefined) ? pack : undefined
}

export const operation = defineOperation({
  key: 'digigo POST /chat/send/sticker',
  group: 'Send',
  summary: 'Send a sticker',
  description:
    'WebP, PNG, JPEG or GIF of up to 5 MB; it becomes a WebP of 512 by 512 pixels, moving when the image moves. What is one already goes as it is. A sticker that stays larger than 1 MB is refused.',
  auth: ['deviceToken'],
  input: { body: fields },
  output: sendResult,
  errors: fileErrors,
  needs: fileNeeds,
  idempotent: true,
  examples: { body: { Phone: '5521971532700', Sticker: 'https://example.com/sticker.webp' } },
  handler: async (ctx, { body }) =>
    sendAndAnswer(ctx, body, {
      kind: 'media',
      file: {
        source: readMediaSource(body.Sticker, 'Sticker'),
        as: 'sticker',
        field: 'Sticker',
        preview: await previewOf(body.PngThumbnail, 'image/png', 'PngThumbnail'),
        pack: packOf(body),
      },
    }),
})
