/** Lets callers wait for something to be there, with a deadline; `wake` tells all of them to look. */
export const makeWaiters = <T>(look: () => T | undefined) => {
  let waiting: (() => void)[] = []
  return {
    /** What is there, at the latest after `waitMs`; a wake-up ends the wait whether or not it is there. */
    wait: (waitMs: number): Promise<T | undefined> => {
      const now = look()
      if (now !== undefined) return Promise.resolve(now)
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer)
          waiting = waiting.filter((waiter) => waiter !== done)
          resolve(look())
        }
        const timer = setTimeout(done, waitMs)
        waiting.push(done)
      })
    },
    wake: (): void => {
      for (const waiter of waiting.splice(0)) waiter()
    },
  }
}
