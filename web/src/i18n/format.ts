import { useStore } from '../lib/store.ts'
import { type Language, languageStore } from './language.ts'

const cached = <Key, Value>(make: (language: Language, key: Key) => Value) => {
  const made = new Map<string, Value>()
  return (language: Language, key: Key): Value => {
    const name = `${language} ${JSON.stringify(key)}`
    const value = made.get(name) ?? make(language, key)
    made.set(name, value)
    return value
  }
}

const plurals = cached((language, _: undefined) => new Intl.PluralRules(language))
const numbers = cached((language, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options))
const dates = cached((language, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options))
const relatives = cached(
  (language, _: undefined) => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }),
)

/** The form of a text that fits a number, with `#` replaced by the number: `plural('en', 2, { one: '# case', other: '# cases' })`. */
export const plural = (
  language: Language,
  count: number,
  forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string },
): string => {
  const form = forms[plurals(language, undefined).select(count)] ?? forms.other
  return form.replace('#', numbers(language, {}).format(count))
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** How long ago (or ahead) a moment is, in one unit: "5 min. ago", "now" below a minute. */
export const relativeTime = (language: Language, atMs: number, nowMs: number): string => {
  const gap = atMs - nowMs
  const [unit, size] = UNITS.find(([, ms]) => Math.abs(gap) >= ms) ?? ['second', 1000]
  return relatives(language, undefined).format(unit === 'second' ? 0 : Math.trunc(gap / size), unit)
}

/** Formats of the page's language. */
export type Formats = {
  language: Language
  number: (value: number, options?: Intl.NumberFormatOptions) => string
  date: (value: string | number | Date, options?: Intl.DateTimeFormatOptions) => string
  plural: (count: number, forms: Parameters<typeof plural>[2]) => string
  relative: (atMs: number, nowMs: number) => string
}

const formatsOf = (language: Language): Formats => ({
  language,
  number: (value, options = {}) => numbers(language, options).format(value),
  date: (value, options = { dateStyle: 'medium', timeStyle: 'short' }) =>
    dates(language, options).format(new Date(value)),
  plural: (count, forms) => plural(language, count, forms),
  relative: (atMs, nowMs) => relativeTime(language, atMs, nowMs),
})

const made: Partial<Record<Language, Formats>> = {}

/** Numbers, dates and plurals in the language of the page. */
export const useFormats = (): Formats => {
  const language = useStore(languageStore)
  made[language] ??= formatsOf(language)
  return made[language]
}
