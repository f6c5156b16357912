import { z } from 'zod'
import { PREVIEW_LENGTH } from '#domains/conversations/model.ts'
import { isPlaceOnly } from '#domains/messages/awaited.ts'
import { type Message, messageKey } from '#domains/messages/model.ts'
import { userNames } from '#domains/users/names.ts'
import type { Context } from '#kit/context.ts'
import { factsOf, messageFacts } from './_message-facts.ts'
import { previewOf } from './_preview.ts'

const media = z.object({
  state: z.enum(['pending', 'ready', 'failed', 'expired']),
  mime: z.string(),
  filename: z.string(),
  size: z.number().nullable().describe('Bytes'),
  width: z.number().nullable(),
  height: z.number().nullable(),
  seconds: z.number().nullable(),
  url: z.string().describe('Path on this host, for the same credential; empty while the file is not ready'),
  error: z.string(),
  preview: z.string().describe('A tiny picture as data URL, where the message has one and `previews` asked for it'),
  waveform: z.array(z.number().int()).describe('How loud a voice note is, 0 to 100, on the same terms'),
})

/** A message as a thread shows it. */
export const messageRow = z.object({
  id: z.string(),
  wa_message_id: z.string(),
  conversation_id: z.number().int(),
  direction: z.enum(['in', 'out']),
  kind: z.string(),
  body: z.string().describe('Text or caption; of a deleted message, what it said'),
  media: media.nullable(),
  reply_to: z
    .object({
      wa_message_id: z.string(),
      known: z.boolean().describe('false when the quoted message is not stored here'),
      direction: z.enum(['in', 'out']).nullable(),
      kind: z.string(),
      body: z.string(),
      name: z.string().describe('Of the contact or member who wrote it, where that is known'),
    })
    .nullable(),
  ...messageFacts,
  edited: z.boolean(),
  deleted: z.boolean(),
  starred: z.boolean(),
  status: z.enum(['received', 'accepted', 'sent', 'delivered', 'read', 'failed']),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      provider_code: z.number().int().optional().describe("WhatsApp's own code, where it refused the message"),
    })
    .nullable(),
  sender: z.object({
    type: z.enum(['contact', 'user', 'api', 'phone', 'system']),
    user_id: z.number().int().nullable(),
    name: z.string(),
    phone: z.string(),
  }),
  timestamp: z.string(),
  sent_at: z.string().nullable(),
  delivered_at: z.string().nullable(),
  read_at: z.string().nullable(),
  edited_at: z.string().nullable(),
  deleted_at: z.string().nullable(),
})

type Row = z.input<typeof messageRow>
type Quoted = Pick<Message, 'messageId' | 'direction' | 'kind' | 'text' | 'senderName' | 'phone'>

const errorOf = ({ error }: Message): Row['error'] =>
  error
    ? {
        code: error.code,
        message: error.message,
        ...(error.providerCode !== undefined && { provider_code: error.providerCode }),
      }
    : null

const mediaOf = ({ media: file, conversationId, messageId, proto }: Message, previews: boolean): Row['media'] => {
  if (!file) return null
  const { picture, waveform } = previewOf(previews ? proto : undefined)
  return {
    state: file.state,
    mime: file.mimeType ?? '',
    filename: file.fileName ?? '',
    size: file.sizeBytes ?? null,
    width: file.width ?? null,
    height: file.height ?? null,
    seconds: file.seconds ?? null,
    url: file.state === 'ready' ? `/media/${conversationId}/${messageId}` : '',
    error: file.error ?? '',
    preview: picture,
    waveform,
  }
}

const replyOf = (quotedId: string | undefined, quoted: ReadonlyMap<string, Quoted>): Row['reply_to'] => {
  if (quotedId === undefined) return null
  const found = quoted.get(quotedId)
  return {
    wa_message_id: quotedId,
    known: found !== undefined,
    direction: found?.direction ?? null,
    kind: found?.kind ?? '',
    body: (found?.text ?? '').slice(0, PREVIEW_LENGTH),
    name: found?.direction === 'in' ? found.senderName || (found.phone ? `+${found.phone}` : '') : '',
  }
}

const senderOf = (message: Message, users: ReadonlyMap<number, string>): Row['sender'] => {
  const { userId, direction, kind, source, senderName, phone } = message
  const nobody = { user_id: null, name: '', phone: '' }
  if (kind === 'system') return { ...nobody, type: 'system' }
  if (direction === 'in') return { ...nobody, type: 'contact', name: senderName ?? '', phone: phone ? `+${phone}` : '' }
  if (userId !== undefined) return { ...nobody, type: 'user', user_id: userId, name: users.get(userId) ?? '' }
  return { ...nobody, type: source === 'phone' ? 'phone' : 'api' }
}

/** The messages that these quote: those among them, and the rest in one read. */
const quotedBy = async (ctx: Context, messages: Message[]): Promise<ReadonlyMap<string, Quoted>> => {
  const known = new Map<string, Quoted>(messages.map((message) => [message.messageId, message]))
  const missing = new Map(
    messages.flatMap(({ tenantId, conversationId, quotedId }) =>
      quotedId === undefined || known.has(quotedId)
        ? []
        : [[quotedId, messageKey(tenantId, conversationId, quotedId)] as const],
    ),
  )
  const fields = ['messageId', 'direction', 'kind', 'text', 'senderName', 'phone']
  const found = await ctx.main.getMany<Quoted>([...missing.values()], fields)
  for (const message of found) if (!isPlaceOnly(message)) known.set(message.messageId, message)
  return known
}

/** The rows of some messages of one conversation; `previews` puts tiny pictures and waveforms into them. */
export const messageRows = async (
  ctx: Context,
  tenantId: string,
  messages: Message[],
  previews = false,
): Promise<Row[]> => {
  const [quoted, users] = await Promise.all([
    quotedBy(ctx, messages),
    userNames(
      ctx,
      tenantId,
      messages.flatMap(({ userId }) => userId ?? []),
    ),
  ])
  return messages.map((message) => ({
    id: message.messageId,
    wa_message_id: message.messageId,
    conversation_id: message.conversationId,
    direction: message.direction,
    kind: message.kind,
    body: message.text ?? '',
    media: mediaOf(message, previews),
    reply_to: replyOf(message.quotedId, quoted),
    ...factsOf(message),
    edited: message.editedAt !== undefined,
    deleted: message.revokedAt !== undefined,
    starred: message.starred === true,
    status: message.status,
    error: errorOf(message),
    sender: senderOf(message, users),
    timestamp: message.timestamp,
    sent_at: message.sentAt ?? null,
    delivered_at: message.deliveredAt ?? null,
    read_at: message.readAt ?? null,
    edited_at: message.editedAt ?? null,
    deleted_at: message.revokedAt ?? null,
  }))
}
