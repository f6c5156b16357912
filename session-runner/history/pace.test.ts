import { expect, test } from 'vitest'
import { LeftOff, makeLiveWatch, makePace } from './pace.ts'

const busyFor = (ms: number): void => {
  const until = performance.now() + ms
  while (performance.now() < until) {}
}

const timed = async (work: () => Promise<void>): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}

test('history rests four times as long as it works while messages come and go, and half as long while none do', async () => {
  let live = true
  const pace = makePace(
    () => true,
    () => live,
  )
  busyFor(40)
  expect(await timed(pace)).toBeGreaterThan(155)
  live = false
  busyFor(40)
  expect(await timed(pace)).toBeLessThan(140)
})

test('everything that waits has its turn meanwhile, a little work needs no rest, and no rest is long', async () => {
  const pace = makePace(
    () => true,
    () => true,
  )
  expect(await timed(pace)).toBeLessThan(5)
  let turns = 0
  const others = setInterval(() => {
    turns += 1
  }, 1)
  busyFor(200)
  expect(await timed(pace)).toBeLessThan(1_500)
  clearInterval(others)
  expect(turns).toBeGreaterThan(5)
})

test('work of a device that is not connected any more is left off', async () => {
  const pace = makePace(
    () => false,
    () => false,
  )
  await expect(pace()).rejects.toThrow(LeftOff)
})

test('messages are live for two seconds after the last of them', () => {
  let count = 5
  let now = 10_000
  const isLive = makeLiveWatch(
    () => count,
    () => now,
  )
  expect(isLive()).toBe(false)
  count += 1
  expect(isLive()).toBe(true)
  now += 1_900
  expect(isLive()).toBe(true)
  now += 200
  expect(isLive()).toBe(false)
})
