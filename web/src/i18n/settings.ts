import type { texts } from './en/settings.ts'
import { defineTexts, type Translated } from './texts.ts'

/** The texts of the settings. */
export const settingsTexts = defineTexts<Translated<typeof texts>>({
  en: () => import('./en/settings.ts'),
  es: () => import('./es/settings.ts'),
  pt: () => import('./pt/settings.ts'),
})

/** The texts of the settings in one language. */
export type SettingsTexts = Translated<typeof texts>
