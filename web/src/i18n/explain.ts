import { ApiError } from '../lib/api-error.ts'
import type { CoreTexts } from './core.ts'

type Errors = Pick<CoreTexts, 'errors'>
type Known = keyof CoreTexts['errors']['codes']

/** The sentence for a code, when there is one. */
export const sentenceFor = ({ errors }: Errors, code: string): string | undefined =>
  Object.hasOwn(errors.codes, code) ? errors.codes[code as Known] : undefined

/**
 * What happened and what to do, for people: the input that breaks a rule by its name, else by the code, and with the server's own
 * words only where there is no sentence for it.
 */
export const explain = (core: Errors, error: unknown): string => {
  const { errors } = core
  if (!(error instanceof ApiError)) return errors.unknown
  const [field] = error.fields
  if (field) return errors.notValid(`${field.path}: ${field.message}`)
  const hasNoWords = error.status >= 500 && error.code.startsWith('http_')
  return sentenceFor(core, error.code) ?? (hasNoWords ? errors.unknown : error.message)
}

/** What is wrong with one field of what was sent, by its name without the part of the request; undefined when it is right. */
export const explainField = ({ errors }: Errors, error: unknown, name: string): string | undefined => {
  const rule = error instanceof ApiError ? error.field(name) : undefined
  return rule === undefined ? undefined : errors.notValid(rule)
}
