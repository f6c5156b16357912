import type { texts } from './en/sign-in.ts'
import { defineTexts, type Translated } from './texts.ts'

/** The texts of signing in and of forgotten passwords. */
export const signInTexts = defineTexts<Translated<typeof texts>>({
  en: () => import('./en/sign-in.ts'),
  es: () => import('./es/sign-in.ts'),
  pt: () => import('./pt/sign-in.ts'),
})
