import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Device } from '#domains/devices/model.ts'
import { systemClock } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import type { Metrics } from '../metrics.ts'
import type { Change, DeviceRecord } from './device-record.ts'
import { makeRestriction } from './restriction.ts'
import type { LiveSocket } from './socket.ts'

type Lock = { isActive: boolean; timeEnforcementEnds?: Date }

let lock: Lock | undefined
let device: Partial<Device>
let changes: Change[]
let asked: number

beforeEach(() => {
  vi.useFakeTimers()
  lock = { isActive: false }
  device = { state: 'online' }
  changes = []
  asked = 0
})
afterEach(() => vi.useRealTimers())

/** The restriction of a device whose client answers with `lock`, and reports the answer as the real one does. */
const made = () => {
  const record = {
    current: () => device,
    transition: async (change: Change) => {
      changes.push(change)
      device = { ...device, state: change.state, ...(change.set as Partial<Device>) }
    },
  } as unknown as DeviceRecord
  const socket = {
    fetchAccountReachoutTimelock: async () => {
      asked += 1
      if (!lock) throw new Error('not now')
      void restriction.reported(lock)
      return lock
    },
  } as unknown as LiveSocket
  const metrics = { count: () => undefined } as unknown as Metrics
  const restriction = makeRestriction({
    ctx: { clock: systemClock } as Context,
    record,
    metrics,
    socket: () => (device.state === 'waiting' ? undefined : socket),
  })
  return restriction
}

const MINUTE = 60_000

test('a restriction without an end is looked at again, and lifted when WhatsApp knows of none', async () => {
  await made().refused()
  expect(device.state).toBe('restricted')
  await vi.advanceTimersByTimeAsync(9 * MINUTE)
  expect(device.state).toBe('restricted')
  await vi.advanceTimersByTimeAsync(2 * MINUTE)
  expect(device.state).toBe('online')
  expect(changes.at(-1)?.reason).toBe('WhatsApp has lifted the restriction.')
})

test('a restriction with an end is looked at when that has come, and prolonged when it still holds', async () => {
  lock = { isActive: true, timeEnforcementEnds: new Date(Date.now() + 40 * MINUTE) }
  await made().refused()
  await vi.advanceTimersByTimeAsync(39 * MINUTE)
  expect([device.state, asked]).toEqual(['restricted', 1])
  lock = { isActive: true, timeEnforcementEnds: new Date(Date.now() + 31 * MINUTE) }
  await vi.advanceTimersByTimeAsync(2 * MINUTE)
  expect(device).toMatchObject({ state: 'restricted', restrictedUntil: lock.timeEnforcementEnds?.toISOString() })
  lock = { isActive: false }
  await vi.advanceTimersByTimeAsync(31 * MINUTE)
  expect(device.state).toBe('online')
})

test('when WhatsApp does not say, it is asked again later; a device that is not restricted any more is left alone', async () => {
  const restriction = made()
  lock = undefined
  await restriction.refused()
  await vi.advanceTimersByTimeAsync(21 * MINUTE)
  expect([device.state, asked]).toEqual(['restricted', 3])
  device = { state: 'waiting' }
  await vi.advanceTimersByTimeAsync(60 * MINUTE)
  expect(asked).toBe(3)
})
