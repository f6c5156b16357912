import { expect, test } from 'vitest'
import { attemptByAge, GIVE_UP_AFTER_MS, isExhausted, MAX_RECEIVES, retryDelaySeconds } from './schedule.ts'

test('waits grow from a second to an hour, each within its jitter', () => {
  const middle = (attempt: number): number => retryDelaySeconds(attempt, () => 0.5)
  expect([1, 2, 3, 4, 5, 6, 7, 8, 30].map(middle)).toEqual([1, 5, 30, 120, 600, 1800, 3600, 3600, 3600])
  expect(retryDelaySeconds(5, () => 0)).toBe(480)
  expect(retryDelaySeconds(5, () => 0.999)).toBe(720)
})

test('a receiver may ask for a longer wait, up to an hour', () => {
  expect(retryDelaySeconds(1, () => 0.5, 60)).toBe(60)
  expect(retryDelaySeconds(1, () => 0.5, 1_000_000)).toBe(3600)
  expect(retryDelaySeconds(7, () => 0.5, 5)).toBe(3600)
})

test('an endpoint that is down for a day gets every event, and the queue does not lose patience before the schedule does', () => {
  const at = '2026-01-01T00:00:00.000Z'
  expect(isExhausted(at, Date.parse(at) + 24 * 3600 * 1000)).toBe(false)
  expect(isExhausted(at, Date.parse(at) + GIVE_UP_AFTER_MS)).toBe(true)
  let waitedMs = 0
  let attempts = 0
  while (waitedMs < GIVE_UP_AFTER_MS) {
    attempts += 1
    waitedMs += retryDelaySeconds(attempts, () => 0) * 1000
  }
  expect(attempts).toBeLessThan(MAX_RECEIVES)
})

test('waiting for media or for a paused endpoint does not count as attempts', () => {
  expect(attemptByAge(9, 31_000)).toBe(4)
  expect(attemptByAge(40, 0)).toBe(1)
  expect([attemptByAge(1, 3_600_000), attemptByAge(2, 5_000)]).toEqual([1, 2])
  expect(attemptByAge(20, GIVE_UP_AFTER_MS)).toBe(8)
})
