import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fileErrors, fileField, fileNeeds, inEitherSpelling } from './_media.ts'
import { commonFields, sendAndAnswer, sendResult } from './_send.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/send/ptv',
  group: 'Send',
  summary: 'Send a PTV video',
  description:
    'A video note, which phones show in a circle. The file is that of a video: H.264 pictures and AAC sound, up to 100 MB. Phones cut it to a square by themselves.',
  auth: ['deviceToken'],
  input: { body: inEitherSpelling(z.object({ ...commonFields, Video: fileField })) },
  output: sendResult,
  errors: fileErrors,
  needs: fileNeeds,
  idempotent: true,
  examples: { body: { Phone: '5521971532700', Video: 'https://example.com/video.mp4' } },
  handler: (ctx, { body }) =>
    sendAndAnswer(ctx, body, {
      kind: 'media',
      file: { source: readMediaSource(body.Video, 'Video'), as: 'video', field: 'Video' },
      round: true,
    }),
})
