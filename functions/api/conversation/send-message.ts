import { z } from 'zod'
import { getContact } from '#domains/contacts/repo.ts'
import type { Conversation } from '#domains/conversations/model.ts'
import { attachmentContent } from '#domains/messages/attachment.ts'
import { findMessage } from '#domains/messages/repo.ts'
import { type SendContent, sendMessage } from '#domains/messages/send.ts'
import { SEND_ERRORS, SEND_NEEDS } from '#domains/messages/send-facts.ts'
import { sendPorts } from '#domains/messages/send-ports.ts'
import { CAPTION_LIMIT, TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { shownSend, showSend } from '#domains/messages/show-ceox.ts'
import { userIdOf } from '#kit/actor.ts'
import type { Context } from '#kit/context.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { parseRecipient, type Recipient } from '#kit/phone.ts'
import { optionalText } from '#kit/text.ts'
import { conversationParams, requireConversation } from './_find.ts'

const body = z
  .object({
    Body: z.string().max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`).default('').describe('Text, or caption'),
    MediaBase64: optionalText.describe('A file'),
    MediaMime: optionalText.describe('Required with media'),
    MediaFilename: optionalText,
    ReplyTo: optionalText.describe('wa_message_id to quote'),
    UploadId: optionalText.describe('A file put into place with POST /api/v1/uploads'),
  })
  .refine((input) => input.Body.trim() || input.MediaBase64 || input.UploadId, {
    path: ['Body'],
    message: 'is required without media',
  })
  .refine((input) => !(input.MediaBase64 || input.UploadId) || input.MediaMime, {
    path: ['MediaMime'],
    message: 'is required with media',
  })
  .refine((input) => !(input.MediaBase64 && input.UploadId), {
    path: ['UploadId'],
    message: 'cannot be combined with MediaBase64',
  })
  .refine((input) => !(input.MediaBase64 || input.UploadId) || input.Body.length <= CAPTION_LIMIT, {
    path: ['Body'],
    message: `has at most ${CAPTION_LIMIT} characters with media`,
  })

const contentOf = ({ Body, MediaBase64, MediaMime, MediaFilename, UploadId }: z.output<typeof body>): SendContent => {
  if (!MediaBase64 && !UploadId) return { kind: 'text', text: Body }
  const mime = MediaMime ?? ''
  // Films and sound that phones do not play are sent as files.
  const as = mime.startsWith('image/') ? 'image' : /^(audio|video)\//.test(mime) ? 'any' : 'document'
  const fields = { base64: 'MediaBase64', uploadId: 'UploadId' }
  const file = { base64: MediaBase64, uploadId: UploadId, mime: MediaMime, fileName: MediaFilename }
  return attachmentContent({ ...file, caption: Body, fields }, as)
}

/** Where the conversation's messages go, with both addresses of the contact as far as they are known. */
const recipientOf = async (ctx: Context, { tenantId, chat, contactId }: Conversation): Promise<Recipient> => {
  const to = parseRecipient(chat, 'id')
  if (contactId === undefined) return to
  const { phone, lid } = await getContact(ctx, tenantId, contactId)
  const known = { ...(phone && { pn: `${phone}@s.whatsapp.net` }), ...(lid && { lid: `${lid}@lid` }) }
  return { ...to, address: { ...known, ...to.address } }
}

/** Throws `validation_failed` for a message that is not one of the conversation. */
const assertQuotable = async (ctx: Context, { tenantId, id }: Conversation, messageId: string): Promise<void> => {
  if (await findMessage(ctx, { tenantId, conversationId: id, messageId })) return
  const message = 'names no message of this conversation'
  throw fail('validation_failed', { details: [{ path: 'ReplyTo', message }] })
}

export const operation = defineOperation({
  key: 'ceox POST /api/v1/conversations/{id}/messages',
  group: 'conversations',
  summary: 'Send text or media into a thread',
  description:
    'Goes out from the device of the thread, to whom it is with. A message of a user takes a conversation that nobody has. A device that is not connected answers 502.',
  auth: ['apiKey', 'userToken'],
  capability: 'chats.send',
  input: { params: conversationParams, body },
  output: shownSend,
  errors: SEND_ERRORS,
  needs: SEND_NEEDS,
  idempotent: true,
  examples: { body: { Body: 'Hello!', ReplyTo: '' } },
  handler: async (ctx, { params, body: input }) => {
    const { conversation, device } = await requireConversation(ctx, params.id)
    if (input.ReplyTo !== undefined) await assertQuotable(ctx, conversation, input.ReplyTo)
    const outcome = await sendMessage(ctx, sendPorts(), {
      tenantId: device.tenantId,
      deviceId: device.id,
      device,
      to: await recipientOf(ctx, conversation),
      content: contentOf(input),
      context: input.ReplyTo === undefined ? undefined : { quotedId: input.ReplyTo },
      readiness: 'strict',
      reservedId: ctx.reserved?.messageId,
      userId: userIdOf(ctx.actor),
      async: ctx.preferAsync,
    })
    return showSend(device, outcome)
  },
})
