import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds of work after which there is a rest. */
const SLICE_MS = 5

/** How long history rests for the time it has worked: while messages come and go, and while none do. */
const REST = { live: 4, quiet: 0.5 }

/** Milliseconds of a rest at most: after a store that was slow once, nobody has to wait for long. */
const LONGEST_REST_MS = 500

/** Milliseconds after a live message for which another one is expected. */
const LIVE_MS = 2_000

/** Work was left off because its device is not connected any more; it goes on with the next connection. */
export class LeftOff extends Error {
  override readonly name = 'LeftOff'
}

/** Tells whether live messages come or go, from a count of them that only rises. */
export const makeLiveWatch = (count: () => number, nowMs: () => number = () => performance.now()) => {
  let known = count()
  let seenMs = Number.NEGATIVE_INFINITY
  return (): boolean => {
    const found = count()
    if (found !== known) seenMs = nowMs()
    known = found
    return nowMs() - seenMs < LIVE_MS
  }
}

/**
 * Keeps history out of the way of live messages: it takes a fifth of the time while there are any, and two thirds otherwise. Waiting for
 * the store counts as work, so that a slow store is given more rest. To be called after each step; throws `LeftOff` when the work is not
 * to go on.
 */
export const makePace = (goesOn: () => boolean, isLive: () => boolean) => {
  let begun = performance.now()
  return async (): Promise<void> => {
    if (!goesOn()) throw new LeftOff()
    const worked = performance.now() - begun
    if (worked < SLICE_MS) return
    const rest = Math.min(LONGEST_REST_MS, worked * (isLive() ? REST.live : REST.quiet))
    await sleep(rest)
    begun = performance.now()
  }
}

/** Takes a breath between steps. */
export type Pace = ReturnType<typeof makePace>
