import type { z } from 'zod'
import type { Operation, Refusals } from '../define-operation.ts'
import type { AppError } from '../errors.ts'

/** What a style is told about a failure beside the error itself. */
type Failure = { error: AppError; operation: Operation | undefined; requestId: string }

/** How one document's answers look. Statuses belong to operation and catalogue; a style only shapes bodies. */
export type Style = {
  success: (data: unknown, status: number, operation: Operation) => unknown
  /** Schema of what `success` makes, around the operation's own. */
  schema: (operation: Operation) => z.ZodType
  failure: (failure: Failure) => unknown
}

const isAbsent = (message: string): boolean => message === 'is required' || message.startsWith('Too small: ')

/** The document's own sentence for a refused request, where the operation names one. */
export const refusalInWords = ({ code, details = [] }: AppError, refusals: Refusals = {}): string | undefined => {
  const broken = code === 'invalid_json' ? [{ path: 'body', message: '' }] : details
  for (const [field, words] of Object.entries(refusals)) {
    const found = broken.find(({ path }) => path === field || path.startsWith(`${field}.`))
    if (!found) continue
    const { missing, wrong } = typeof words === 'string' ? { missing: words, wrong: words } : words
    const sentence = isAbsent(found.message) || found.message === missing ? missing : wrong
    if (sentence !== undefined) return sentence
  }
  return undefined
}

/** All broken fields in one sentence, each named. */
export const fieldsInWords = (error: AppError): string =>
  error.details && error.details.length > 0
    ? error.details.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
    : error.message
