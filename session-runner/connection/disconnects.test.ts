import { describe, expect, test } from 'vitest'
import { deviceConnectFailed, deviceDisconnected, devicePairFailed, deviceRestricted } from '#domains/devices/events.ts'
import { actionFor, backOffMs, explained, isSilence, makeReplacedWindow } from './disconnects.ts'

describe('the end of a connection', () => {
  test.each([
    [515, 'now', 'connecting'],
    [401, 'forget', 'loggedOut'],
    [403, 'stop', 'failed'],
    [405, 'stop', 'failed'],
    [440, 'yield', 'waiting'],
    [408, 'backOff', 'waiting'],
    [428, 'backOff', 'waiting'],
    [500, 'backOff', 'waiting'],
    [503, 'backOff', 'waiting'],
    [999, 'backOff', 'waiting'],
  ])('with code %i means %s and state %s', (code, next, state) => {
    expect(actionFor(code, 'linked')).toMatchObject({ next, state })
  })

  test('raises the alarm for an outdated client and for a ban', () => {
    expect(actionFor(405, 'linked').alarm).toBe('outdated')
    expect(actionFor(403, 'linked').alarm).toBe('banned')
  })

  test('by 408 while nobody scanned ends the pairing instead of trying on', () => {
    expect(actionFor(408, 'offered')).toMatchObject({ next: 'pairingOver', state: 'idle' })
  })

  test.each([408, 428, 500, 503, 999])('by %i after the last code ends the pairing', (code) => {
    expect(actionFor(code, 'over')).toMatchObject({ next: 'pairingOver', state: 'idle' })
  })

  test('by 408 before any code was shown is a lost connection', () => {
    expect(actionFor(408, 'begun')).toMatchObject({ next: 'backOff', state: 'waiting' })
  })

  test('by a phone that cannot link devices shows the code again, while codes are shown', () => {
    expect(actionFor(411, 'offered')).toMatchObject({ next: 'now', state: 'connecting' })
    expect(actionFor(411, 'linked')).toMatchObject({ next: 'stop', state: 'failed' })
  })

  test('in the midst of the codes is tried again', () => {
    expect(actionFor(428, 'offered')).toMatchObject({ next: 'backOff', state: 'waiting' })
  })

  test.each([401, 403, 405, 440, 515])('by %i means the same after the last code', (code) => {
    expect(actionFor(code, 'over')).toEqual(actionFor(code, 'linked'))
  })
})

describe('a login that WhatsApp refuses', () => {
  const failure = (attrs: Record<string, string>) => Object.assign(new Error('Connection Failure'), { data: attrs })

  test('for a ban says why and for how long', () => {
    const action = explained(actionFor(402, 'linked'), failure({ reason: '402', code: '101', expire: '3600' }))
    expect(action).toMatchObject({ next: 'stop', event: deviceRestricted, facts: { banCode: 101, banSeconds: 3600 } })
  })

  test('with a code of no meaning of its own is a failure to connect, and tried again', () => {
    expect(explained(actionFor(400, 'linked'), failure({ reason: '400' }))).toMatchObject({
      next: 'backOff',
      event: deviceConnectFailed,
      facts: { onConnect: true },
    })
  })

  test.each([500, 503])('with %i is a lost connection, as a stream that ends with it', (code) => {
    expect(explained(actionFor(code, 'linked'), failure({ reason: `${code}` })).event).toBe(deviceDisconnected)
    expect(explained(actionFor(code, 'linked'), new Error('Stream Errored')).event).toBe(deviceDisconnected)
  })
})

test('only an open connection falls silent: 408 is what the client says of codes that are over, too', () => {
  expect([isSilence(408, true), isSilence(408, false), isSilence(428, true)]).toEqual([true, false, false])
})

test('a connection that the network breaks is lost and was not silent, though the client gives both the same code', () => {
  expect(isSilence(408, true, new Error('Connection was lost'))).toBe(true)
  expect(isSilence(408, true, new Error('WebSocket Error (read ECONNRESET)'))).toBe(false)
})

test('a link that is not proven is a failed pairing, after which codes are shown again', () => {
  const action = explained(actionFor(500, 'offered'), new Error('Invalid account signature'))
  expect(action).toMatchObject({ next: 'backOff', event: devicePairFailed })
})

test('back-off doubles up to five minutes and is spread', () => {
  expect(backOffMs(1, () => 0.5)).toBe(700)
  expect(backOffMs(3, () => 0.5)).toBe(2800)
  expect(backOffMs(30, () => 0.5)).toBe(300_000)
  expect(backOffMs(1, () => 0)).toBe(350)
})

test('the fifth take-over within half a minute makes the device rest for half a minute', () => {
  const window = makeReplacedWindow()
  const waits = [0, 1000, 2000, 3000, 4000].map((nowMs) => window.note(nowMs))
  expect(waits.at(-1)).toBe(30_000)
  expect(window.note(60_000)).toBe(1000)
})
