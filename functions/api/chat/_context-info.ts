import { z } from 'zod'
import { TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { readRecipient } from '#kit/phone.ts'
import { optionalText } from '#kit/text.ts'

/** Words that stand in a message, as many as a text has at most; empty ones are none. */
export const optionalWords = optionalText.refine((text) => (text?.length ?? 0) <= TEXT_LIMIT, {
  message: `has at most ${TEXT_LIMIT} characters`,
})

/** Characters of an id or a label at most: a message with all of its buttons has to fit into the queue. */
const SHORT_LIMIT = 1024

/** What is written on a button, or comes back with it. */
export const label = z.string().min(1, 'must not be empty').max(SHORT_LIMIT, `has at most ${SHORT_LIMIT} characters`)

/** A person, as JID or phone number; given as JID without the device. */
const person = z
  .string()
  .refine((text) => readRecipient(text) !== undefined, 'must be a JID or a phone number')
  .transform((text) => readRecipient(text)?.jid ?? text)

const optionalPerson = z
  .union([z.literal(''), person])
  .transform((jid) => jid || undefined)
  .optional()

/** WhatsApp's `Message`, as a webhook brought it. A text is `conversation`, or `extendedTextMessage` when it has a link or quotes. */
const quotedMessage = z
  .looseObject({ conversation: optionalText, extendedTextMessage: z.looseObject({ text: optionalText }).optional() })
  .transform(({ conversation, extendedTextMessage }) => conversation ?? extendedTextMessage?.text)

/**
 * Reply, forward and mention facts; the second spellings are those of older clients of this API family. A quoted text wins over
 * the stored message; without one, as of other kinds than texts, the stored message is quoted.
 */
export const contextInfo = z
  .object({
    stanzaID: optionalText,
    StanzaID: optionalText,
    StanzaId: optionalText,
    participant: optionalPerson,
    Participant: optionalPerson,
    quotedMessage: quotedMessage.optional(),
    QuotedMessage: quotedMessage.optional(),
    isForwarded: z.boolean().optional(),
    IsForwarded: z.boolean().optional(),
    mentionedJID: z.array(person).optional(),
    MentionedJID: z.array(person).optional(),
    mentionAll: z.boolean().optional(),
    MentionAll: z.boolean().optional(),
  })
  .transform((info) => ({
    quotedId: info.stanzaID ?? info.StanzaID ?? info.StanzaId,
    quotedParticipant: info.participant ?? info.Participant,
    quotedText: info.quotedMessage ?? info.QuotedMessage,
    forwarded: info.isForwarded ?? info.IsForwarded,
    mentions: info.mentionedJID ?? info.MentionedJID,
    mentionAll: info.mentionAll ?? info.MentionAll,
  }))
  .refine((info) => !info.quotedId || info.quotedParticipant, {
    path: ['participant'],
    message: 'is required with stanzaID',
  })
  .refine((info) => !info.quotedParticipant || info.quotedId, {
    path: ['stanzaID'],
    message: 'is required with participant',
  })

/** Who is mentioned, as some examples of the document name it beside `ContextInfo`. */
export const mentionInfo = z
  .object({ MentionedJID: z.array(person).optional(), MentionAll: z.boolean().optional() })
  .transform((info) => ({ mentions: info.MentionedJID, mentionAll: info.MentionAll }))
