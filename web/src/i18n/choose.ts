import { coreTexts } from './core.ts'
import { keepLanguage, type Language } from './language.ts'

/** Chooses the language for this browser; the page changes when its texts are there. */
export const chooseLanguage = async (language: Language): Promise<void> => {
  await coreTexts.load(language).catch(() => undefined)
  keepLanguage(language)
}
