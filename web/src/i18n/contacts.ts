import type { texts } from './en/contacts.ts'
import { defineTexts, type Translated } from './texts.ts'

/** The texts of the contacts part. */
export type ContactTexts = Translated<typeof texts>

/** The texts of the contacts part. */
export const contactTexts = defineTexts<ContactTexts>({
  en: () => import('./en/contacts.ts'),
  es: () => import('./es/contacts.ts'),
  pt: () => import('./pt/contacts.ts'),
})
