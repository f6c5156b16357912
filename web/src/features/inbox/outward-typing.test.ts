import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeTypingSignal } from './outward-typing.ts'

let told: string[] = []
const tell = (id: number, state: string) => {
  told.push(`${id} ${state}`)
  return Promise.resolve()
}

beforeEach(() => {
  told = []
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

test('many keys are told once, and again after ten seconds of writing', () => {
  const signal = makeTypingSignal(tell)
  for (let key = 0; key < 45; key += 1) {
    signal.wrote(1)
    vi.advanceTimersByTime(250)
  }
  expect(told).toEqual(['1 composing', '1 composing'])
})

test('who stops, empties the field or leaves is told to have stopped, once', () => {
  const signal = makeTypingSignal(tell)
  signal.wrote(1)
  vi.advanceTimersByTime(5_000)
  signal.stopped(1)
  vi.advanceTimersByTime(60_000)
  expect(told).toEqual(['1 composing', '1 paused'])
  signal.wrote(1)
  expect(told.at(-1), 'the next letter is told at once').toBe('1 composing')
})

test('a message that is sent ends it without a word, and conversations do not mix', () => {
  const signal = makeTypingSignal(tell)
  signal.wrote(1)
  signal.wrote(2)
  signal.ended(1)
  vi.advanceTimersByTime(60_000)
  expect(told).toEqual(['1 composing', '2 composing', '2 paused'])
})

test('a server that cannot be reached is none of the writer’s business', async () => {
  const signal = makeTypingSignal(() => Promise.reject(new Error('offline')))
  signal.wrote(1)
  signal.stopped(1)
  await vi.runAllTimersAsync()
})
