import type { DatabaseSync } from 'node:sqlite'

/**
 * Puts the writes of all requests that arrive in one turn of the event loop into one transaction: with many callers a
 * commit is shared, with one it costs no more than it must.
 */
export function groupCommit(db: DatabaseSync) {
  let pending: (() => unknown)[] = []
  let next: Promise<void> | undefined
  const commit = () => {
    const writes = pending
    pending = []
    next = undefined
    if (writes.length === 0) return
    db.exec('BEGIN')
    try {
      for (const run of writes) run()
      db.exec('COMMIT')
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }
  const schedule = () =>
    new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        try {
          commit()
          resolve()
        } catch (error) {
          reject(error)
        }
      })
    })
  return {
    write(run: () => unknown) {
      pending.push(run)
      next ??= schedule()
    },
    committed: () => next ?? Promise.resolve(),
    close() {
      if (!db.isOpen) return
      commit()
      db.close()
    },
  }
}
