/**
 * Tells the living from the dead without trusting anybody's wall clock: a record whose content has not changed for a whole
 * period of our own monotonic clock has no living writer.
 */
export const makeWatch = <Id>(periodMs: number) => {
  const seen = new Map<Id, { content: string; sinceMs: number }>()
  return {
    /** Notes what a record says now and gives the milliseconds since it last changed, as far as we have watched. */
    unchangedMs: (id: Id, content: string, nowMs: number): number => {
      const before = seen.get(id)
      if (before?.content === content) return nowMs - before.sinceMs
      seen.set(id, { content, sinceMs: nowMs })
      return 0
    },
    /** Whether a record with this age has to be taken for dead. */
    isDead: (unchangedMs: number): boolean => unchangedMs >= periodMs,
    forget: (id: Id): void => {
      seen.delete(id)
    },
  }
}
