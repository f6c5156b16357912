import { expect, test } from 'vitest'
import { learn, newPace, type Pace, untilNextLook } from './poll.ts'

/** What `pollUntil` does, with answers that come at a known time and no real waiting. Gives the wait and the looks. */
const wait = (pace: Pace, answerMs: number): { looks: number; foundMs: number } => {
  let lookMs = pace.firstLookMs
  let looks = 1
  for (; lookMs < answerMs; looks += 1) lookMs += untilNextLook(lookMs)
  learn(pace, looks === 1 ? undefined : lookMs)
  return { looks, foundMs: lookMs }
}

const average = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

test.each([6, 20, 50, 300])('the first look settles where answers come (%i ms), with few looks in vain', (answerMs) => {
  const pace = newPace()
  const waits = Array.from({ length: 300 }, () => wait(pace, answerMs)).slice(100)
  expect(average(waits.map(({ foundMs }) => foundMs))).toBeLessThan(answerMs * 1.2 + 2)
  expect(average(waits.map(({ looks }) => looks))).toBeLessThan(1.8)
})

test('it comes back down after a slow time', () => {
  const pace = newPace()
  for (let at = 0; at < 50; at += 1) wait(pace, 500)
  for (let at = 0; at < 80; at += 1) wait(pace, 10)
  expect(wait(pace, 10).foundMs).toBeLessThan(16)
})

test('under load, where answers take long, waiting costs few looks', () => {
  const pace = newPace()
  const waits = Array.from({ length: 100 }, (_, at) => wait(pace, 500 + 100 * Math.sin(at))).slice(20)
  expect(average(waits.map(({ looks }) => looks))).toBeLessThan(3)
  expect(average(waits.map(({ foundMs }) => foundMs))).toBeLessThan(600)
})
