import type { texts } from './en/phones.ts'
import { defineTexts, type Translated } from './texts.ts'

/** The texts of the simulated phones. */
export type PhoneTexts = Translated<typeof texts>

/** The texts of the simulated phones. */
export const phoneTexts = defineTexts<PhoneTexts>({
  en: () => import('./en/phones.ts'),
  es: () => import('./es/phones.ts'),
  pt: () => import('./pt/phones.ts'),
})
