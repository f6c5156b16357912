let generation = 0

/** Makes a value on first use and keeps it: clients are shared by a process but never built at import. */
export const lazy = <T>(make: () => T): (() => T) => {
  let kept: { value: T; generation: number } | undefined
  return () => {
    if (kept?.generation !== generation) kept = { value: make(), generation }
    return kept.value
  }
}

/** As `lazy`, for what may fail to come: a failure is told to those who wait and not kept, so the next use tries again. */
export const lazyAsync = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let kept: { value: Promise<T>; generation: number } | undefined
  return () => {
    if (kept?.generation !== generation) {
      const mine = { value: make(), generation }
      kept = mine
      mine.value.catch(() => {
        if (kept === mine) kept = undefined
      })
    }
    return kept.value
  }
}

/** Has every lazy value made anew on its next use, as in a new process: test files share one and have an environment each. */
export const forgetLazy = (): void => {
  generation += 1
}
