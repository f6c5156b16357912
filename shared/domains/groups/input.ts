import { z } from 'zod'
import { fail } from '#kit/errors.ts'
import { readRecipient } from '#kit/phone.ts'
import { NAME_LIMIT } from './model.ts'

/** JID of a group; `message` are the document's words for a wrong one. */
export const groupJidField = (message: string) =>
  z
    .string()
    .transform((text) => readRecipient(text)?.address.group)
    .refine((jid): jid is string => jid !== undefined, message)
    .describe('JID of the group, as 120363312246943103@g.us')

/** A name as WhatsApp takes it; `message` are the document's words for an empty one. */
export const groupNameField = (message: string) =>
  z.string().trim().min(1, message).max(NAME_LIMIT, `has at most ${NAME_LIMIT} characters`)

/** People at most in one request. */
const MOST_PEOPLE = 1024

/** A list of people; `message` are the document's words for an empty one. */
export const peopleField = (message: string) =>
  z.array(z.string()).min(1, message).max(MOST_PEOPLE, `has at most ${MOST_PEOPLE} entries`)

/** JIDs of people given by phone number or JID, each once. Throws `validation_failed` naming `field`. */
export const peopleJids = (texts: readonly string[], field: string): string[] => {
  const found = texts.map((text) => readRecipient(text))
  const details = found.flatMap((one, at) =>
    one && !one.isGroup
      ? []
      : [{ path: `${field}.${at}`, message: 'must be a phone number with country code, or the JID of a person' }],
  )
  if (details.length > 0) throw fail('validation_failed', { details })
  return [...new Set(found.map((one) => one?.jid ?? ''))]
}

const INVITE_LINK = /^(?:https?:\/\/)?chat\.whatsapp\.com\/(?:invite\/)?/i

/** The code of an invitation, given as code or as link. */
export const inviteCode = z
  .string()
  .transform((text) => text.trim().replace(INVITE_LINK, '').split(/[?#/]/)[0] ?? '')
  .refine((code) => /^[\w-]{8,64}$/.test(code), 'must be the code or the link of an invitation')
