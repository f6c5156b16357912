import { expect, test } from 'vitest'
import { emulationOf } from './emulation.ts'

test('without settings a device is the browser it always was', () => {
  expect(emulationOf({})).toEqual({ browser: ['Ubuntu', 'Chrome', '22.04.4'] })
})

test('version, system, browser and country are taken from the settings', () => {
  const settings = {
    wa_version: '2.3000.1023',
    wa_os_name: 'Mac OS',
    wa_os_version: '14.4.1',
    wa_platform_type: 'DESKTOP',
    wa_locale_country: 'br',
  }
  expect(emulationOf(settings)).toEqual({
    version: [2, 3000, 1023],
    browser: ['Mac OS', 'Desktop', '14.4.1'],
    countryCode: 'BR',
  })
})

test.each(['2.3000', 'latest', '2.-1.5', ''])('a version that is none (%s) is left out', (wa_version) => {
  expect(emulationOf({ wa_version }).version).toBeUndefined()
})
