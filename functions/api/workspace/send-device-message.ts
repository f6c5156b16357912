import { z } from 'zod'
import type { Device } from '#domains/devices/model.ts'
import { inviteCode } from '#domains/groups/input.ts'
import { devicesWithPhone } from '#domains/guide/devices.ts'
import { type Named, readContacts, readList, resolveGroups } from '#domains/guide/recipients.ts'
import { readReply } from '#domains/guide/reply.ts'
import { type SendResult, sendToAll } from '#domains/guide/send.ts'
import type { SendContent } from '#domains/messages/send.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { assertCanSend, CAPTION_LIMIT, TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { FormFile } from '#kit/http/form.ts'
import { fieldsInWords } from '#kit/http/style.ts'
import { optionalText } from '#kit/text.ts'
import { commandPort } from '#services'
import { ownerOf, platform } from './_tokens.ts'

/** A field of a form, in which nothing but spaces is nothing. */
const formText = z.string().trim().optional().pipe(optionalText)

const EXTENSION = /[^/\\]\.[A-Za-z0-9]{1,12}$/

const file = z.union([
  z.string().regex(/^upload:\w+$/, 'must be a file of a multipart form, or upload:<uploadId>'),
  z
    .instanceof(FormFile, { error: 'must be a file of a multipart form, or upload:<uploadId>' })
    .meta({ override: { type: 'string', format: 'binary' } }),
])

const body = z
  .object({
    contact: formText.describe('Phone numbers, JIDs or Matrix user ids, separated by commas'),
    group_url: formText.describe('Invitation links of groups, separated by commas; they win over `contact`'),
    platform,
    text: z.string().max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`).default(''),
    reply_id: formText.describe("The `id` of a webhook's payload, or WhatsApp's own message id"),
    file: file.optional(),
  })
  .refine((input) => input.contact || input.group_url, {
    path: ['contact'],
    message: 'contact or group_url is required',
  })
  .refine((input) => input.text.trim() || input.file, { path: ['text'], message: 'text or file is required' })
  .refine((input) => !(input.file instanceof FormFile) || EXTENSION.test(input.file.fileName), {
    path: ['file'],
    message: 'needs a file name with an extension',
  })
  .refine((input) => !input.file || input.text.length <= CAPTION_LIMIT, {
    path: ['text'],
    message: `has at most ${CAPTION_LIMIT} characters with a file`,
  })

type Input = z.output<typeof body>

const contentOf = ({ text, file: given }: Input): SendContent => {
  if (given === undefined) return { kind: 'text', text }
  const facts =
    typeof given === 'string'
      ? { source: { kind: 'upload' as const, id: given.slice('upload:'.length) } }
      : { source: { kind: 'bytes' as const, bytes: given.bytes }, fileName: given.fileName, mimeType: given.mimeType }
  return { kind: 'media', file: { ...facts, as: 'any', field: 'file' }, caption: text || undefined }
}

const recipientsOf = ({ contact, group_url }: Input, device: Device): Promise<Named[]> =>
  group_url === undefined
    ? readContacts(readList(contact ?? '', 'contact'))
    : resolveGroups(commandPort(), device, readList(group_url, 'group_url'), (url) => inviteCode.safeParse(url).data)

const result = z.object({
  recipient: z.string(),
  status: z.enum(['sent', 'queued', 'failed']),
  message_id: z.string().optional(),
  error: z.string().optional(),
  code: z.string().optional(),
})

const shown = (one: SendResult): z.input<typeof result> =>
  one.state === 'failed'
    ? { recipient: one.name, status: 'failed', error: fieldsInWords(one.error), code: one.error.code }
    : { recipient: one.name, status: one.state, message_id: one.messageId }

/** What the caller is told. Throws the first failure when nobody gets the message. */
const summary = (results: SendResult[]) => {
  const failed = results.flatMap((one) => (one.state === 'failed' ? [one.error] : []))
  const rows = results.map(shown)
  const [first] = failed
  if (first && failed.length === results.length) {
    const { code, message, details, data } = first
    throw fail(code, { message, details, data: { ...data, results: rows }, cause: first.cause })
  }
  const done = results.length - failed.length
  const isSent = results.every(({ state }) => state === 'sent')
  const message = first
    ? `Message accepted for ${done} of ${results.length} recipients`
    : `Message ${isSent ? 'sent' : 'queued'} successfully`
  return answer({ status: first ? 207 : isSent ? 200 : 202, body: { message, results: rows } })
}

export const operation = defineOperation({
  key: 'guide POST /api/v1/devices/{device_id}/message',
  group: 'Device Management',
  summary: 'Send text or a file to contacts or groups',
  description:
    'JSON, or a multipart form with a file. Answers what became of the message for each recipient: 200 when WhatsApp acknowledged all, 202 ' +
    'when some are still queued, 207 when some failed; when all failed, with the first failure. What a file is sent as depends on its ' +
    'content; the text becomes its caption.',
  auth: ['matrixToken'],
  input: { params: z.object({ device_id: z.string() }), body },
  multipart: true,
  output: z.object({ message: z.string(), results: z.array(result) }),
  errors: [
    'validation_failed',
    'unauthenticated',
    'not_found',
    'not_on_whatsapp',
    'invite_invalid',
    'not_group_member',
    'group_unknown',
    'not_group_admin',
    'forbidden',
    'media_invalid',
    'payload_too_large',
    'device_not_connected',
    'device_logged_out',
    'send_failed',
    'upstream_timeout',
  ],
  needs: { main: 'readWrite', session: 'read', commands: 'send', media: 'readWrite' },
  idempotent: true,
  examples: { body: { contact: '1234567890', platform: 'wa', text: 'Hello from API' } },
  handler: async (ctx, { params, body: input }) => {
    const [device] = await devicesWithPhone(ctx, ownerOf(ctx), params.device_id)
    assertCanSend(device, 'device')
    const ports = sendPorts()
    const replyTo = await readReply(ctx, ports.threads, device, input.reply_id)
    const recipients = await recipientsOf(input, device)
    const wish = { device, recipients, content: contentOf(input), replyTo, async: ctx.preferAsync }
    return summary(await sendToAll(ctx, ports, { ...wish, reservedId: ctx.reserved?.messageId }))
  },
})
