import { z } from 'zod'
import { attachmentContent } from '#domains/messages/attachment.ts'
import { type SendContent, sendMessage } from '#domains/messages/send.ts'
import { SEND_ERRORS, SEND_NEEDS } from '#domains/messages/send-facts.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { CAPTION_LIMIT, TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { shownSend, showSend } from '#domains/messages/show-ceox.ts'
import { userIdOf } from '#kit/actor.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { numberId } from '#kit/number-id.ts'
import { parseRecipient } from '#kit/phone.ts'
import { optionalText } from '#kit/text.ts'
import { chooseSender } from './_choose-sender.ts'

const body = z
  .object({
    to: z.string().min(1).describe('E.164 phone number'),
    body: z.string().max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`).default(''),
    device_id: numberId('a device').optional().describe('Send from this device'),
    from: optionalText.describe('JID or phone number of the device to send from'),
    name: optionalText.describe('Name of the contact if the number is new'),
    media_base64: optionalText,
    media_mime: optionalText,
    media_filename: optionalText,
    upload_id: optionalText.describe('A file put into place with POST /api/v1/uploads'),
  })
  .refine((input) => input.body || input.media_base64 || input.upload_id, { path: ['body'], message: 'is required' })
  .refine((input) => !input.media_base64 || input.media_mime, {
    path: ['media_mime'],
    message: 'is required with media',
  })
  .refine((input) => !(input.media_base64 && input.upload_id), {
    path: ['upload_id'],
    message: 'cannot be combined with media_base64',
  })
  .refine((input) => !(input.media_base64 || input.upload_id) || input.body.length <= CAPTION_LIMIT, {
    path: ['body'],
    message: `has at most ${CAPTION_LIMIT} characters with media`,
  })

const contentOf = (input: z.output<typeof body>): SendContent => {
  const { media_base64: base64, upload_id: uploadId, media_mime: mime, media_filename: fileName } = input
  if (!base64 && !uploadId) return { kind: 'text', text: input.body }
  const as = mime === undefined ? 'any' : mime.startsWith('image/') ? 'image' : 'document'
  const fields = { base64: 'media_base64', uploadId: 'upload_id' }
  return attachmentContent({ base64, uploadId, mime, fileName, caption: input.body, fields }, as)
}

export const operation = defineOperation({
  key: 'ceox POST /api/v1/messages/send',
  group: 'messages',
  summary: 'Send text, image or document to a phone number',
  description:
    'Makes contact and conversation if needed. `device_id` or `from` choose the sending number; without them any connected device sends. A ' +
    'requested device that is not connected answers 502: another number is never used in its place.',
  auth: ['apiKey', 'userToken'],
  capability: 'chats.send',
  input: { body },
  output: shownSend,
  errors: SEND_ERRORS,
  needs: SEND_NEEDS,
  idempotent: true,
  examples: { body: { to: '+6281234567890', body: 'Hello!', device_id: 2, name: 'Budi' } },
  handler: async (ctx, { body: input }) => {
    const to = parseRecipient(input.to, 'to')
    const content = contentOf(input)
    const ports = sendPorts()
    const device = await chooseSender(ctx, ports.threads, input, to)
    const outcome = await sendMessage(ctx, ports, {
      tenantId: device.tenantId,
      deviceId: device.id,
      device,
      to,
      content,
      readiness: 'strict',
      reservedId: ctx.reserved?.messageId,
      name: input.name,
      userId: userIdOf(ctx.actor),
      async: ctx.preferAsync,
    })
    return showSend(device, outcome)
  },
})
