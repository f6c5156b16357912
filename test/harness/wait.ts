/** Looks every `everyMs` until `read` gives something; throws naming what was waited for when `timeoutMs` is over. */
export const waitFor = async <T>(
  what: string,
  read: () => Promise<T | undefined | false | null> | T | undefined | false | null,
  options: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> => {
  const end = performance.now() + (options.timeoutMs ?? 15_000)
  let last: unknown
  for (;;) {
    try {
      const value = await read()
      if (value) return value
    } catch (error) {
      last = error
    }
    if (performance.now() > end) throw new Error(`timed out waiting for ${what}`, { cause: last })
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 50))
  }
}
