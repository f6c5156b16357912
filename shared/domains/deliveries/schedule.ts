/** Seconds between attempts; the last one repeats. A short outage costs seconds, a long one is noticed within the hour. */
const RETRY_SECONDS = [1, 5, 30, 120, 600, 1800, 3600] as const

/** A delivery is given up when its event is this old and the attempt just made failed too. */
export const GIVE_UP_AFTER_MS = 26 * 3600 * 1000

/**
 * How often the queue hands a delivery out before it takes it for broken. The schedule alone comes to 32 receives in 26
 * hours; what is beyond is for attempts that ended with the process.
 */
export const MAX_RECEIVES = 100

/**
 * Seconds to wait after attempt number `attempt` (from 1), with ±20 % of jitter so that what failed together does not come
 * back together. `retryAfter` is what the receiver asked for (seconds); it may stretch a wait up to an hour.
 */
export const retryDelaySeconds = (attempt: number, random: () => number, retryAfter = 0): number => {
  const base = RETRY_SECONDS[Math.min(attempt, RETRY_SECONDS.length) - 1] ?? RETRY_SECONDS[0]
  const wished = Math.max(base, Math.min(retryAfter, 3600))
  return Math.max(1, Math.round(wished * (0.8 + 0.4 * random())))
}

/**
 * The attempt that comes next in the schedule by an event's age (milliseconds), at most `receives`. The queue counts every time
 * it hands a delivery out, also those that only waited for its media or for an endpoint that is paused: without this the first
 * failure after them would be followed by an hour.
 */
export const attemptByAge = (receives: number, ageMs: number): number => {
  let sumMs = 0
  const past = RETRY_SECONDS.filter((seconds) => {
    sumMs += seconds * 1000 * 0.8
    return sumMs <= ageMs
  })
  return Math.max(1, Math.min(receives, past.length + 1))
}

/** Whether a delivery that failed once more is given up. Age decides, not the attempts: what waited behind it is as old. */
export const isExhausted = (eventAt: string, nowMs: number): boolean => nowMs - Date.parse(eventAt) >= GIVE_UP_AFTER_MS
