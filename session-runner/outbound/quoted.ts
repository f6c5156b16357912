import { proto } from '@whiskeysockets/baileys'
import type { MessageContext } from '#domains/commands/model.ts'
import type { Message } from '#domains/messages/model.ts'
import { unwrap } from '#domains/messages/normalise.ts'
import { findMessage } from '#domains/messages/repo.ts'
import type { Context } from '#kit/context.ts'

/** What a reply shows of the message it answers, and who wrote that, as far as we know. */
export type Quoted = { message: proto.IMessage; participant?: string }

/** Parts of a message that are between devices, and nothing to be shown. */
const HIDDEN = new Set(['messageContextInfo', 'senderKeyDistributionMessage', 'deviceSentMessage'])

/** A message as a quote of it: without envelopes, without what it quoted and mentioned itself, without secrets. */
const quotable = (stored: Uint8Array): proto.IMessage | undefined => {
  const { message, viewOnce } = unwrap(proto.Message.decode(stored))
  // Its file may be opened once only: a quote must not carry the key to it.
  if (viewOnce) return undefined
  const shown = Object.entries(message).filter(([name, value]) => value && !HIDDEN.has(name))
  return Object.fromEntries(
    shown.map(([name, value]) => [name, typeof value === 'object' ? { ...value, contextInfo: undefined } : value]),
  )
}

const previewOf = ({ proto: stored, text, editedAt }: Message): proto.IMessage => {
  // The protobuf is that of the first version.
  const whole = stored && !editedAt ? quotable(stored) : undefined
  return whole && Object.keys(whole).length > 0 ? whole : { conversation: text ?? '' }
}

/** Who wrote a stored message, by the address the chat uses. */
const authorOf = (message: Message, own: string | undefined): string | undefined => {
  if (message.direction === 'out') return own
  return message.isGroup ? message.participant : message.chat
}

/**
 * What a message quotes: the words that the caller gave, else the message as it is stored. Undefined for one that quotes nothing or
 * that was never seen here; a reply to that still says which message it answers. `own` is our address.
 */
export const quotedOf = async (
  ctx: Context,
  place: { tenantId: string; conversationId: number },
  { quotedId, quotedText, quotedParticipant }: MessageContext,
  own: string | undefined,
): Promise<Quoted | undefined> => {
  if (quotedId === undefined) return undefined
  const given = quotedText === undefined ? undefined : { conversation: quotedText }
  if (given && quotedParticipant !== undefined) return { message: given }
  const stored = await findMessage(ctx, { ...place, messageId: quotedId })
  if (!stored) return given && { message: given }
  return { message: given ?? previewOf(stored), participant: authorOf(stored, own) }
}
