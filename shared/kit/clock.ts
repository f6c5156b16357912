/** Time as logic sees it. `monotonicMs` never jumps and is what leases count with; `nowMs` is the wall clock. */
export type Clock = { nowMs: () => number; monotonicMs: () => number }

/** The real clocks of this process. */
export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() }

/** RFC 3339 UTC with milliseconds. */
export const isoTime = (ms: number): string => new Date(ms).toISOString()

/** Resolves after `ms` milliseconds, or at once (still resolving) when the signal is aborted. */
export const delay = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  })

/** The result of work, or an error when it takes longer than `ms` milliseconds. The work itself goes on. */
export const inTime = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
