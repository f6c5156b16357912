import { expect, test } from 'vitest'
import { actionFor, explained } from '#runner/connection/disconnects.ts'
import { texts } from '../../i18n/en/devices.ts'
import type { Formats } from '../../i18n/format.ts'
import type { DeviceRow } from './api.ts'
import { needsAttention, pairStep, serverWords, stateName, stateSentence } from './state.ts'

const formats = { date: (at: string) => at.slice(11, 16) } as Formats
const NOW = Date.parse('2026-03-01T15:00:00.000Z')

const device = (change: Partial<DeviceRow>): DeviceRow =>
  ({ state: 'idle', desired: 'offline', paired: false, code: null, explanation: '', ...change }) as DeviceRow

const said = (change: Partial<DeviceRow>): string => stateSentence(texts, formats, device(change), NOW)

test('a device that never had a phone is not called disconnected', () => {
  expect(said({})).toBe(texts.because.unpaired)
  expect(said({ paired: true })).toBe(texts.because.idle)
  expect(said({ code: 408 })).toBe(texts.because.idle408)
  expect(said({ desired: 'online' })).toBe(texts.because.opening)
  expect([stateName(device({})), needsAttention(device({}))]).toEqual(['unpaired', true])
})

test('a logout says who ended it, and when', () => {
  const stateAt = '2026-03-01T14:02:00.000Z'
  const out = { state: 'loggedOut' as const, stateAt, code: 401 }
  expect(said({ ...out, explanation: 'The login ended: the device was unlinked.' })).toBe(
    'Logged out from the phone at 14:02. Pair again.',
  )
  expect(said({ ...out, explanation: 'Logged out on request.' })).toContain('Logged out here at 14:02.')
  expect(said({ ...out, code: 406 })).toBe(texts.because.loggedOut406)
})

test('a code without a sentence of its own falls back to the state, and a planned attempt is named', () => {
  expect(said({ state: 'failed', code: 499 })).toBe(texts.because.failed)
  expect(said({ state: 'waiting', code: 503, nextRetryAt: '2026-03-01T15:01:00.000Z' })).toBe(
    `${texts.because.waiting503} Next attempt at 15:01.`,
  )
})

test('the words of the server are for what has no sentence of its own', () => {
  const words = (change: Partial<DeviceRow>) => serverWords(texts, device({ explanation: 'Its words.', ...change }))
  expect(words({ state: 'idle' })).toBeUndefined()
  expect(words({ state: 'waiting', code: 503 })).toBeUndefined()
  expect(words({ state: 'loggedOut', code: 499, explanation: 'Logged out on request.' })).toBeUndefined()
  expect(words({ state: 'waiting', code: 499 })).toBe('Its words.')
})

test('a proxy that made no connection is named, whatever the code', () => {
  const explanation = 'No connection: the proxy answered 407.'
  const change = { state: 'waiting' as const, code: 408, explanation }
  expect(said(change)).toBe(texts.because.proxy)
  expect(serverWords(texts, device(change))).toBe(explanation)
})

test('a link that was refused here is no error of WhatsApp', () => {
  const { reason } = explained(actionFor(500, 'offered'), new Error('Invalid account signature'))
  const change = { state: 'waiting' as const, code: 500, explanation: reason }
  expect(said(change)).toBe(texts.because.notProven)
  expect(serverWords(texts, device(change))).toBeUndefined()
})

test('pairing goes from the first code to done, and names what stopped it', () => {
  const step = (change: Partial<DeviceRow>, isLinked = false) => pairStep(device(change), isLinked)
  const wanted = { desired: 'online' as const }
  expect(step({})).toBe('start')
  expect(step(wanted)).toBe('preparing')
  expect(step({ ...wanted, state: 'pairing' })).toBe('scan')
  expect(step({ ...wanted, state: 'pairing' }, true)).toBe('linking')
  expect(step({ ...wanted, state: 'connecting', paired: true })).toBe('linking')
  expect(step({ ...wanted, state: 'online', paired: true })).toBe('done')
  expect(step({ code: 408 })).toBe('expired')
  expect(step({ state: 'failed', code: 403 })).toBe('failed')
})
