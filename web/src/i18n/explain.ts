import { ApiError } from '../lib/api-error.ts'
import type { CoreTexts } from './core.ts'

type Errors = Pick<CoreTexts, 'errors'>
type Known = keyof CoreTexts['errors']['codes']

/** The sentence for a code, when there is one. */
export const sentenceFor = ({ errors }: Errors, code: string): string | undefined =>
  Object.hasOwn(errors.codes, code) ? errors.codes[code as Known] : undefined

/** The sentence for a failure by its code; of input that breaks a rule, the rule says more. */
const ownSentence = (core: Errors, { code, fields }: ApiError): string | undefined =>
  code === 'validation_failed' && fields.length > 0 ? undefined : sentenceFor(core, code)

/**
 * What happened and what to do, for people: by the code, or the input that breaks a rule by its name, and with the server's own
 * words only where there is no sentence for it.
 */
export const explain = (core: Errors, error: unknown): string => {
  const { errors } = core
  if (!(error instanceof ApiError)) return errors.unknown
  const sentence = ownSentence(core, error)
  if (sentence !== undefined) return sentence
  const [field] = error.fields
  if (field) return errors.notValid(`${field.path}: ${field.message}`)
  return error.status >= 500 && error.code.startsWith('http_') ? errors.unknown : error.message
}

/** What is wrong with one field of what was sent, by its name without the part of the request; undefined when it is right. */
export const explainField = (core: Errors, error: unknown, name: string): string | undefined => {
  if (!(error instanceof ApiError)) return undefined
  const rule = error.field(name)
  return rule === undefined ? undefined : (ownSentence(core, error) ?? core.errors.notValid(rule))
}
