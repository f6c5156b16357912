import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { captionField, fileErrors, fileNeeds, idField, post, postErrors, postResult } from './_post.ts'

export const operation = defineOperation({
  key: 'digigo POST /status/send/image',
  group: 'Status',
  summary: 'Post an image status',
  description:
    'JPEG, PNG, GIF and WebP of up to 5 MB. Seen by the contacts of the account, as its status privacy allows.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      image: z.string().min(1).describe('Base64 data URL, http(s) URL, or upload:<uploadId>'),
      caption: captionField,
      id: idField,
    }),
  },
  output: postResult,
  envelope: 'flat',
  errors: [...postErrors, ...fileErrors],
  needs: fileNeeds,
  idempotent: true,
  examples: { body: { image: 'https://example.com/image.jpg', caption: 'Beautiful sunset today! 🌅' } },
  handler: (ctx, { body }) => {
    const file = { source: readMediaSource(body.image, 'image'), as: 'image', field: 'image' } as const
    return post(ctx, 'image_status', { kind: 'media', file, caption: body.caption }, body.id)
  },
})
