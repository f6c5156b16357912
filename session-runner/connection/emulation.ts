import type { WAVersion } from '@whiskeysockets/baileys'

/** What a device tells WhatsApp about itself: client version, [system, browser, system version], country. */
export type Emulation = { version?: WAVersion; browser: [string, string, string]; countryCode?: string }

const BROWSER: Emulation['browser'] = ['Ubuntu', 'Chrome', '22.04.4']

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const versionOf = (value: unknown): WAVersion | undefined => {
  const parts = text(value)?.split('.').map(Number) ?? []
  const isVersion = parts.length === 3 && parts.every((part) => Number.isSafeInteger(part) && part >= 0)
  return isVersion ? (parts as unknown as WAVersion) : undefined
}

/**
 * What a device's emulation settings come to. The client library speaks as a linked web client: version, system, browser
 * (`wa_platform_type`) and country are its to choose; the other settings describe phones, and are kept but not sent.
 */
export const emulationOf = (settings: Record<string, unknown>): Emulation => {
  const platform = text(settings.wa_platform_type)
  const countryCode = text(settings.wa_locale_country)?.toUpperCase()
  const version = versionOf(settings.wa_version)
  return {
    ...(version && { version }),
    browser: [
      text(settings.wa_os_name) ?? BROWSER[0],
      platform ? `${platform.slice(0, 1)}${platform.slice(1).toLowerCase()}` : BROWSER[1],
      text(settings.wa_os_version) ?? BROWSER[2],
    ],
    ...(countryCode && { countryCode }),
  }
}
