import { ApiError } from '../lib/api-error.ts'
import type { CoreTexts } from './core.ts'

type Known = keyof CoreTexts['errors']['codes']

/**
 * What happened and what to do, for people: by the code when there is a sentence for it, else the server's own one (which names
 * the field for input that breaks a rule).
 */
export const explain = ({ errors }: Pick<CoreTexts, 'errors'>, error: unknown): string => {
  if (!(error instanceof ApiError)) return errors.unknown
  if (Object.hasOwn(errors.codes, error.code)) return errors.codes[error.code as Known]
  const [field] = error.fields
  if (field) return `${field.path}: ${field.message}`
  return error.status >= 500 && error.code.startsWith('http_') ? errors.unknown : error.message
}
