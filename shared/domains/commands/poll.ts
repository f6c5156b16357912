import { type Clock, delay } from '#kit/clock.ts'

/** When answers usually come in this process, kept per kind of wait: milliseconds until the first look. */
export type Pace = { firstLookMs: number }

const MIN_MS = 3
/** A caller of a quiet time waits this much too long at most after a slow one. */
const MAX_MS = 400
/** What is above it is forgotten quickly: it comes of load, not of the way to WhatsApp and back. */
const USUAL_MS = 80

/** Milliseconds between looks: the longer an answer takes already, the less a little more of it matters. */
const NEXT_LEAST_MS = 4
const NEXT_SHARE = 0.25
const NEXT_MOST_MS = 200

/** A pace that nothing is known of yet. */
export const newPace = (): Pace => ({ firstLookMs: 12 })

/**
 * Learns from one wait: `lookedMs` is when the look that found the answer began, or undefined when the first one did. A first
 * look that finds the answer may have come late, so the next comes a little earlier; one that comes too early costs a read.
 */
export const learn = (pace: Pace, lookedMs: number | undefined): void => {
  const earlier = pace.firstLookMs > USUAL_MS ? 0.85 : 0.97
  const next =
    lookedMs === undefined ? pace.firstLookMs * earlier : pace.firstLookMs + (lookedMs - pace.firstLookMs) * 0.2
  pace.firstLookMs = Math.min(MAX_MS, Math.max(MIN_MS, next))
}

/** How long, in milliseconds, until the next look when an answer was not there after `sinceMs`. */
export const untilNextLook = (sinceMs: number): number =>
  Math.min(NEXT_MOST_MS, Math.max(NEXT_LEAST_MS, sinceMs * NEXT_SHARE))

/** Looks until `read` gives something or the time is over (undefined). `pace` learns from it when to look first. */
export const pollUntil = async <T>(
  clock: Clock,
  waitMs: number,
  read: () => Promise<T | undefined>,
  pace: Pace = newPace(),
): Promise<T | undefined> => {
  const start = clock.monotonicMs()
  const sinceMs = (): number => clock.monotonicMs() - start
  await delay(pace.firstLookMs)
  const first = await read()
  if (first !== undefined) {
    learn(pace, undefined)
    return first
  }
  while (sinceMs() < waitMs) {
    await delay(untilNextLook(sinceMs()))
    const lookedMs = sinceMs()
    const value = await read()
    if (value === undefined) continue
    learn(pace, lookedMs)
    return value
  }
  return undefined
}
