import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import type { MediaInput } from '#domains/media/store.ts'
import { type SendContent, sendMessage } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { CAPTION_LIMIT, TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { channelErrors, channelJid, channelNeeds, sessionOf } from './_channel.ts'
import { answerSend, sentFacts } from './_outcome.ts'

const file = (words: string) => z.string().min(1).optional().describe(`Base64 data URL or http(s) URL ${words}`)

const KINDS = ['message', 'image', 'video', 'document', 'audio'] as const

const body = z
  .object({
    jid: channelJid('invalid JID'),
    message: z.string().min(1).max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`).optional(),
    image: file('of an image'),
    video: file('of a video'),
    document: file('of any file'),
    audio: file('of audio, which is sent as a voice note'),
    caption: z.string().max(CAPTION_LIMIT, `has at most ${CAPTION_LIMIT} characters`).optional(),
    filename: z.string().max(255).optional(),
  })
  .superRefine((input, context) => {
    const given = KINDS.filter((kind) => input[kind] !== undefined)
    if (given.length === 1) return
    const message = given.length === 0 ? 'no message content provided' : `give only one of ${KINDS.join(', ')}`
    context.addIssue({ code: 'custom', message, path: [] })
  })

type Input = z.output<typeof body>

/** What a file of the request is sent as; one that is something else is refused. */
const AS: Record<Exclude<(typeof KINDS)[number], 'message'>, MediaInput['as']> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  document: 'document',
}

const contentOf = (input: Input): SendContent => {
  if (input.message !== undefined) return { kind: 'text', text: input.message }
  for (const kind of ['image', 'video', 'audio', 'document'] as const) {
    const value = input[kind]
    if (value === undefined) continue
    const fileName = kind === 'document' ? (input.filename ?? 'document') : undefined
    const media = { source: readMediaSource(value, kind), as: AS[kind], field: kind, fileName }
    return kind === 'audio'
      ? { kind: 'media', file: media, voice: true }
      : { kind: 'media', file: media, caption: input.caption }
  }
  throw fail('validation_failed', { message: 'no message content provided' })
}

export const operation = defineOperation({
  key: 'digigo POST /newsletter/send',
  group: 'Newsletter',
  summary: 'Post to a newsletter',
  description:
    'One of a text, an image, a video, a document or audio; audio is sent as a voice note. Only its owner and admins may post.',
  auth: ['deviceToken'],
  input: { body },
  output: z.object({ success: z.boolean(), id: z.string(), timestamp: z.number().int() }),
  envelope: 'flat',
  errorForm: 'text',
  errors: [
    'validation_failed',
    'media_invalid',
    'media_unreachable',
    'unsafe_url',
    'payload_too_large',
    'send_failed',
    'outcome_unknown',
    ...channelErrors,
  ],
  needs: { ...channelNeeds, main: 'readWrite', media: 'readWrite' },
  idempotent: true,
  examples: { body: { jid: '120363025246817665@newsletter', message: 'Hello subscribers!' } },
  handler: async (ctx, { body: input }) => {
    const device = await sessionOf(ctx)
    const outcome = await sendMessage(ctx, sendPorts(), {
      tenantId: device.tenantId,
      deviceId: device.id,
      device,
      to: { jid: input.jid, address: { group: input.jid }, isGroup: false },
      content: contentOf(input),
      readiness: 'session',
      reservedId: ctx.reserved?.messageId,
      async: ctx.preferAsync,
    })
    return answerSend(outcome, sentFacts(outcome))
  },
})
