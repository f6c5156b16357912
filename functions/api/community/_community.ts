import { z } from 'zod'
import { type ErrorCode, fail, toAppError } from '#kit/errors.ts'

const COMMUNITY = /^(\d{5,25})@(?:g\.us|newsletter)$/

/**
 * A community as the document writes it (`…@newsletter`) or as WhatsApp does (`…@g.us`: it is a group of its own kind), with the
 * JID that WhatsApp takes. Undefined for a wrong form.
 */
const readCommunity = (text: string): { given: string; jid: string } | undefined => {
  const user = COMMUNITY.exec(text.trim())?.[1]
  return user === undefined ? undefined : { given: text.trim(), jid: `${user}@g.us` }
}

/** JID of a community; `message` are the document's words for a wrong one. */
export const communityJid = (message: string) =>
  z
    .string()
    .transform(readCommunity)
    .refine((found): found is { given: string; jid: string } => found !== undefined, message)
    .describe('JID of the community, as 120363025246487852@g.us; …@newsletter is taken as well')

/** Failures that every operation on communities knows. */
export const communityErrors: readonly ErrorCode[] = [
  'validation_failed',
  'unauthenticated',
  'forbidden',
  'not_group_admin',
  'not_group_member',
  'group_unknown',
  'conflict',
  'unprocessable',
  'rate_limited',
  'no_session',
  'device_not_connected',
  'device_logged_out',
  'upstream_error',
  'upstream_timeout',
]

/** What an operation on communities needs of the infrastructure. */
export const communityNeeds = { main: 'read', session: 'read', commands: 'send' } as const

/** Does work; a failure that only WhatsApp could explain is answered with the document's words for it. */
export const insteadOf = async <T>(words: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    const { code, message } = toAppError(error)
    throw code === 'upstream_error'
      ? fail('operation_failed', { message: `${words}: ${message}`, cause: error })
      : error
  }
}
