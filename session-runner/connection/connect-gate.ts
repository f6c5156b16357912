/**
 * Limits how many devices of this task connect at the same time. A whole task's devices reconnect in waves instead of all at
 * once, and one that hangs cannot keep its place for ever: the place is given back by the returned function or the limit.
 */
export const makeConnectGate = (options: { atOnce: number; longestMs: number }) => {
  let busy = 0
  const waiting: (() => void)[] = []

  const leave = (): void => {
    busy -= 1
    waiting.shift()?.()
  }

  return {
    /** Resolves with the function that gives the place back. */
    enter: async (): Promise<() => void> => {
      if (busy >= options.atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
      busy += 1
      let left = false
      const once = (): void => {
        if (left) return
        left = true
        clearTimeout(timer)
        leave()
      }
      const timer = setTimeout(once, options.longestMs)
      timer.unref()
      return once
    },
  }
}

/** Limits concurrent connects. */
export type ConnectGate = ReturnType<typeof makeConnectGate>
