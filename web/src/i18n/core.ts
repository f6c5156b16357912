import type { texts } from './en/core.ts'
import { defineTexts, type Translated } from './texts.ts'

/** The texts of the shell, the ui kit and of failures, which are there before anything is drawn. */
export type CoreTexts = Translated<typeof texts>

/** The texts of the shell, the ui kit and of failures, which are there before anything is drawn. */
export const coreTexts = defineTexts<CoreTexts>({
  en: () => import('./en/core.ts'),
  es: () => import('./es/core.ts'),
  pt: () => import('./pt/core.ts'),
})
