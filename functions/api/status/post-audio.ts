import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { captionField, fileErrors, fileNeeds, idField, post, postErrors, postResult } from './_post.ts'

export const operation = defineOperation({
  key: 'digigo POST /status/send/audio',
  group: 'Status',
  summary: 'Post an audio status',
  description:
    'OGG, MP3, AAC, M4A or WAV of up to 16 MB; a voice note is converted to mono Opus. WhatsApp shows no words with audio: a caption is taken and not shown, and the answer says so.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      audio: z.string().min(1).describe('Base64 data URL, http(s) URL, or upload:<uploadId>'),
      caption: captionField,
      ptt: z.boolean().optional().describe('Post it as a voice note'),
      id: idField,
    }),
  },
  output: postResult.extend({ ptt: z.boolean(), caption_shown: z.literal(false).optional() }),
  envelope: 'flat',
  errors: [...postErrors, ...fileErrors],
  needs: fileNeeds,
  idempotent: true,
  examples: { body: { audio: 'https://example.com/audio.ogg', ptt: true } },
  handler: (ctx, { body }) => {
    const voice = body.ptt ?? false
    const file = { source: readMediaSource(body.audio, 'audio'), as: 'audio', field: 'audio' } as const
    const shown = { ptt: voice, ...(body.caption && { caption_shown: false as const }) }
    return post(ctx, 'audio_status', { kind: 'media', file, voice }, body.id, shown)
  },
})
