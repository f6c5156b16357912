import { use } from 'react'
import { useStore } from '../lib/store.ts'
import { type Language, languageStore } from './language.ts'

/**
 * What translations of texts have to be: the same keys, strings for strings and functions with the same parameters. A key that is
 * missing or too much fails the type check.
 */
export type Translated<T> = {
  [Key in keyof T]: T[Key] extends (...values: infer Values) => string
    ? (...values: Values) => string
    : T[Key] extends string
      ? string
      : Translated<T[Key]>
}

/** Texts that are loaded by language. */
export type Texts<T> = { load: (language: Language) => Promise<T> }

/** Declares the texts of a feature; each language is a chunk of its own. The English ones are the measure of the others. */
export const defineTexts = <T>(loaders: Record<Language, () => Promise<{ texts: T }>>): Texts<T> => {
  const loading = new Map<Language, Promise<T>>()
  return {
    load: (language) => {
      const known = loading.get(language)
      if (known) return known
      const made = loaders[language]().then(({ texts }) => texts)
      loading.set(language, made)
      made.catch(() => loading.delete(language))
      return made
    },
  }
}

/** The texts of a feature in the language of the page; suspends while they are loaded. */
export const useTexts = <T>(texts: Texts<T>): T => use(texts.load(useStore(languageStore)))
