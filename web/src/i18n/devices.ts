import type { texts } from './en/devices.ts'
import { defineTexts, type Translated } from './texts.ts'

/** The texts of the connection manager. */
export type DeviceTexts = Translated<typeof texts>

/** The texts of the connection manager. */
export const deviceTexts = defineTexts<DeviceTexts>({
  en: () => import('./en/devices.ts'),
  es: () => import('./es/devices.ts'),
  pt: () => import('./pt/devices.ts'),
})
