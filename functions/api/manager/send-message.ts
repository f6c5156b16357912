import { z } from 'zod'
import { readMediaSource } from '#domains/media/source.ts'
import { type SendContent, sendMessage } from '#domains/messages/send.ts'
import { SEND_ERRORS, SEND_NEEDS } from '#domains/messages/send-facts.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { CAPTION_LIMIT, TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { EITHER, requireSession } from './_session.ts'

const body = z
  .object({
    token: z.string().min(1),
    phone: z.string().min(1),
    message: z.string().max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`).default(''),
    file_url: z.string().optional().describe('http(s) URL, base64 data URL, or upload:<uploadId>'),
    file_name: z.string().max(255).optional(),
  })
  .refine((input) => input.message !== '' || input.file_url, { path: ['message'], message: 'is required' })
  .refine((input) => !input.file_url || input.message.length <= CAPTION_LIMIT, {
    path: ['message'],
    message: `has at most ${CAPTION_LIMIT} characters with a file`,
  })

const contentOf = ({ message, file_url, file_name }: z.output<typeof body>): SendContent => {
  if (!file_url) return { kind: 'text', text: message }
  const source = readMediaSource(file_url, 'file_url')
  const file = { source, as: 'any' as const, field: 'file_url', fileName: file_name || undefined }
  return { kind: 'media', file, caption: message || undefined }
}

export const operation = defineOperation({
  key: 'manager POST /api/send',
  group: 'API Documentation',
  summary: 'Send text or media',
  description:
    'Whether a file is sent as image, video, audio or document depends on its content; the message becomes its caption.',
  auth: EITHER,
  input: { body },
  output: z.object({ message: z.string(), id: z.string(), phone: z.string(), timestamp: z.string() }),
  errors: [...SEND_ERRORS, 'media_unreachable', 'unsafe_url'],
  needs: SEND_NEEDS,
  idempotent: true,
  examples: { body: { token: 'my-token', phone: '628123456789', message: 'Hello World' } },
  handler: async (ctx, { body: input }) => {
    const device = await requireSession(ctx, input.token)
    const to = parseRecipient(input.phone, 'phone')
    const outcome = await sendMessage(ctx, sendPorts(), {
      tenantId: device.tenantId,
      deviceId: device.id,
      device,
      to,
      content: contentOf(input),
      readiness: 'device',
      reservedId: ctx.reserved?.messageId,
      async: ctx.preferAsync,
    })
    const phone = to.jid.split('@')[0] ?? ''
    const sent = { id: outcome.messageId, phone, timestamp: outcome.at }
    if (outcome.state === 'sent') return { message: 'Message sent', ...sent }
    return answer({ status: 202, body: { message: 'Message queued', ...sent } })
  },
})
