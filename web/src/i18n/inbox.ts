import type { texts } from './en/inbox.ts'
import { defineTexts, type Translated } from './texts.ts'

/** The texts of the inbox. */
export type InboxTexts = Translated<typeof texts>

/** The texts of the inbox. */
export const inboxTexts = defineTexts<InboxTexts>({
  en: () => import('./en/inbox.ts'),
  es: () => import('./es/inbox.ts'),
  pt: () => import('./pt/inbox.ts'),
})
