import { AppError, type ErrorCode, fail } from '#kit/errors.ts'
import { readRecipient } from '#kit/phone.ts'

/** Refuses a request in its document's own sentence. */
export const refuse = (words: string): AppError => fail('validation_failed', { message: words })

/** A text that has to be there and hold something. Throws `validation_failed` with the document's sentence. */
export const required = (text: string | undefined, words: string): string => {
  const trimmed = text?.trim() ?? ''
  if (trimmed === '') throw refuse(words)
  return trimmed
}

/** The JID of a person, from a phone number, a JID or a LID. Throws `validation_failed` with the document's sentence. */
export const personJid = (text: string, words: string): string => {
  const recipient = readRecipient(text)
  if (!recipient || recipient.isGroup) throw refuse(words)
  return recipient.jid
}

/** The JID of a phone number, which may be written as JID. Throws `validation_failed` with the document's sentence. */
export const phoneJid = (text: string, words: string): string => {
  const jid = personJid(text, words)
  if (jid.endsWith('@lid')) throw refuse(words)
  return jid
}

/**
 * Work that WhatsApp may refuse: then the failure is the one that the document has for it, with WhatsApp's reason behind. Throws
 * `operation_failed` for a refusal, and everything else as it is.
 */
export const documented = async <T>(words: string, work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'upstream_error') throw error
    throw fail('operation_failed', { message: `${words}: ${error.message}`, cause: error })
  }
}

/** Failures of everything that asks WhatsApp through the device's connection. */
export const liveErrors: readonly ErrorCode[] = [
  'unauthenticated',
  'no_session',
  'operation_failed',
  'device_not_connected',
  'device_logged_out',
  'upstream_timeout',
]

/** What operations need that ask WhatsApp through the device's connection. */
export const liveNeeds = { main: 'read', session: 'read', commands: 'send' } as const
