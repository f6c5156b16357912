import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveSocket } from './socket.ts'
import { watchLogin } from './unanswered-login.ts'

let ws: EventEmitter & { isOpen: boolean }
let stalled: number

beforeEach(() => {
  vi.useFakeTimers()
  ws = Object.assign(new EventEmitter(), { isOpen: true })
  stalled = 0
  watchLogin({ ws } as unknown as LiveSocket, () => {
    stalled += 1
  })
  ws.emit('open')
})
afterEach(() => vi.useRealTimers())

test('a login that nobody answers has stalled', () => {
  vi.advanceTimersByTime(19_000)
  expect(stalled).toBe(0)
  vi.advanceTimersByTime(2_000)
  expect(stalled).toBe(1)
})

test.each(['CB:success', 'CB:failure', 'close'])('a login that ended with %s has not', (answer) => {
  ws.emit(answer)
  vi.advanceTimersByTime(30_000)
  expect(stalled).toBe(0)
})

test('a login whose connection the client ended has not stalled either', () => {
  // As the client does it (`end`): nobody is told of the socket's own end.
  ws.removeAllListeners('close')
  ws.isOpen = false
  ws.emit('close')
  vi.advanceTimersByTime(30_000)
  expect(stalled).toBe(0)
})
