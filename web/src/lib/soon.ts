/** An act that is done `ms` milliseconds after it was first asked for: more wishes of the same key until then are the same wish. */
export const soonOnce = <Rest extends unknown[]>(ms: number, act: (key: number, ...rest: Rest) => void) => {
  const waiting = new Set<number>()
  return (key: number, ...rest: Rest): void => {
    if (waiting.has(key)) return
    waiting.add(key)
    setTimeout(() => {
      waiting.delete(key)
      act(key, ...rest)
    }, ms)
  }
}
