/** Reports a step of the start with the milliseconds it took. */
export type Progress = (step: string, tookMs: number) => void

/** Runs a step and reports how long it took. */
export async function timed<T>(progress: Progress, step: string, work: () => T | Promise<T>): Promise<T> {
  const startedMs = performance.now()
  const result = await work()
  progress(step, performance.now() - startedMs)
  return result
}
