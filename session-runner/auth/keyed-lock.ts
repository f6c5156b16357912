/** Gives a lock with as many keys as there is work for. It is not re-entrant: work must not ask for its own key again. */
export const makeKeyedLock = () => {
  const tails = new Map<string, Promise<unknown>>()
  return {
    /** Runs `work` after all earlier work of the key has ended, however it ended. */
    run: <T>(key: string, work: () => Promise<T>): Promise<T> => {
      const before = tails.get(key)
      const mine = before ? before.then(work, work) : work()
      tails.set(key, mine)
      const done = (): void => {
        if (tails.get(key) === mine) tails.delete(key)
      }
      mine.then(done, done)
      return mine
    },
  }
}
