import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import { sha256 } from '#kit/crypto.ts'
import { defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { fileErrors, fileField, fileNeeds, onceOrTimed, viewOnceField } from './_media.ts'
import { type Common, caption, commonFields, queued, sendOn, sendResult } from './_send.ts'

/** A message id that follows from another one's, in the form of WhatsApp's own. */
const captionId = (audioId: string): string => `3EB0${sha256(`caption of ${audioId}`).slice(0, 18).toUpperCase()}`

/**
 * WhatsApp shows no words with audio, so they follow in a message of their own, in the same chat and for the same time. It is
 * queued behind the audio; its id follows from the audio's, so that a repeated request does not say it twice.
 */
const sendWords = (ctx: OperationContext, body: Common, audioId: string, text: string) =>
  sendOn(
    { ...ctx, preferAsync: true },
    { Phone: body.Phone, Duration: body.Duration, EchoApi: body.EchoApi, Id: captionId(audioId) },
    { kind: 'text', text },
  )

export const operation = defineOperation({
  key: 'digigo POST /chat/send/audio',
  group: 'Send',
  summary: 'Send audio',
  description:
    'OGG, MP3, AAC, M4A or WAV of up to 16 MB. A voice note (PTT, the default) is converted to mono Opus and gets length and waveform; with PTT false the file goes as it is, or as M4A where phones could not play it. WhatsApp shows no words with audio: a caption follows as a text. What takes longer than 14 seconds to convert is refused.',
  auth: ['deviceToken'],
  input: {
    body: z
      .object({
        ...commonFields,
        Audio: fileField,
        Caption: caption,
        PTT: z.boolean().default(true).describe('A voice note; false sends an audio file'),
        ViewOnce: viewOnceField,
      })
      .refine(onceOrTimed.check, onceOrTimed.refusal),
  },
  output: sendResult,
  errors: fileErrors,
  needs: fileNeeds,
  idempotent: true,
  examples: { body: { Phone: '5521971532700', Audio: 'https://example.com/audio.ogg', PTT: true } },
  handler: async (ctx, { body }) => {
    const outcome = await sendOn(ctx, body, {
      kind: 'media',
      file: { source: readMediaSource(body.Audio, 'Audio'), as: 'audio', field: 'Audio' },
      voice: body.PTT,
      viewOnce: body.ViewOnce,
    })
    if (body.Caption) await sendWords(ctx, body, outcome.messageId, body.Caption)
    const shown = { Id: outcome.messageId, Timestamp: outcome.at }
    return outcome.state === 'sent' ? { Details: 'Sent', ...shown } : queued(shown)
  },
})
