import { createStore } from '../lib/store.ts'

/** The languages there are texts in, each by its own name. */
export const LANGUAGES = { en: 'English', es: 'Español', pt: 'Português' } as const

/** A language there are texts in. */
export type Language = keyof typeof LANGUAGES

const KEY = 'switchboard.language'

const isLanguage = (value: string): value is Language => Object.hasOwn(LANGUAGES, value)

const preferred = (): Language => {
  const kept = localStorage.getItem(KEY)
  const wanted = [...(kept === null ? [] : [kept]), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())]
  return wanted.find(isLanguage) ?? 'en'
}

/** The language of the pages: the one that was chosen, else the browser's first that there are texts in. */
export const languageStore = createStore<Language>(preferred())

/** Keeps the language for this browser and shows it; `chooseLanguage` loads its texts first. */
export const keepLanguage = (language: Language): void => {
  localStorage.setItem(KEY, language)
  languageStore.set(language)
}
