import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { captionField, fileErrors, fileNeeds, idField, post, postErrors, postResult } from './_post.ts'

export const operation = defineOperation({
  key: 'digigo POST /status/send/video',
  group: 'Status',
  summary: 'Post a video status',
  description:
    'MP4 or 3GPP with H.264 pictures and AAC sound. Seen by the contacts of the account, as its status privacy allows.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      video: z.string().min(1).describe('Base64 data URL, http(s) URL, or upload:<uploadId>'),
      caption: captionField,
      id: idField,
    }),
  },
  output: postResult,
  envelope: 'flat',
  errors: [...postErrors, ...fileErrors],
  needs: fileNeeds,
  idempotent: true,
  examples: { body: { video: 'https://example.com/video.mp4', caption: 'Check out this amazing video! 🎬' } },
  handler: (ctx, { body }) => {
    const file = { source: readMediaSource(body.video, 'video'), as: 'video', field: 'video' } as const
    return post(ctx, 'video_status', { kind: 'media', file, caption: body.caption }, body.id)
  },
})
