import { LRUCache } from 'lru-cache'
import type { Clock } from '#kit/clock.ts'

/** Attempts that ran out of time, one after the other, before an endpoint gets a pause. */
const TIMEOUTS = 3

/** Milliseconds of the pause. */
const PAUSE_MS = 30_000

/**
 * Spares this process an endpoint that does not answer at all: each attempt there holds a worker for the whole timeout, and
 * enough of them would hold up the deliveries of everybody else.
 */
export const makeBreaker = (clock: Clock) => {
  const seen = new LRUCache<string, { timeouts: number; pausedUntilMs: number }>({ max: 1000 })
  return {
    /** Seconds until the endpoint is tried again; 0 when it may be tried now. */
    pausedSeconds: (endpoint: string): number =>
      Math.max(0, Math.ceil(((seen.get(endpoint)?.pausedUntilMs ?? 0) - clock.monotonicMs()) / 1000)),

    /** Takes note of how an attempt ended. */
    note: (endpoint: string, timedOut: boolean): void => {
      if (!timedOut) {
        seen.delete(endpoint)
        return
      }
      const timeouts = (seen.get(endpoint)?.timeouts ?? 0) + 1
      const pausedUntilMs = timeouts >= TIMEOUTS ? clock.monotonicMs() + PAUSE_MS : 0
      seen.set(endpoint, { timeouts, pausedUntilMs })
    },
  }
}

/** Remembers endpoints that do not answer. */
export type Breaker = ReturnType<typeof makeBreaker>
