import { type FSWatcher, watch } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Notices writes to the tables, whichever process makes them, so that nobody has to ask again and again. */
export type TableWrites = {
  /** Grows with every write. */
  readonly count: number
  /** When the last one was noticed, on the clock of `performance.now()`. */
  readonly lastMs: number
  /** Whether writes are still noticed. */
  readonly works: boolean
  /** Resolves at the next write, after `ms`, or when the signal aborts. */
  next(ms: number, signal: AbortSignal): Promise<void>
  close(): void
}

/**
 * Watches the folder of the store, whose log grows with every write. Undefined where the store has no folder, and on systems
 * other than Linux: they tell of a change too late, or not of one inside a file.
 */
export function watchTables(folder: string | undefined): TableWrites | undefined {
  if (folder === undefined || process.platform !== 'linux') return undefined
  try {
    return new FolderWrites(folder)
  } catch {
    // The system watches only so many folders at once, for all its programs together.
    return undefined
  }
}

class FolderWrites implements TableWrites {
  readonly #watcher: FSWatcher
  readonly #waiting = new Set<AbortController>()
  count = 0
  lastMs = performance.now()
  works = true

  constructor(folder: string) {
    this.#watcher = watch(folder, { persistent: false }, () => this.#note())
    this.#watcher.on('error', () => this.close())
  }

  async next(ms: number, signal: AbortSignal): Promise<void> {
    const written = new AbortController()
    this.#waiting.add(written)
    await delay(ms, undefined, { signal: AbortSignal.any([signal, written.signal]) }).catch(() => {})
    this.#waiting.delete(written)
  }

  close(): void {
    this.works = false
    this.#watcher.close()
    this.#wake()
  }

  #note(): void {
    this.count += 1
    this.lastMs = performance.now()
    this.#wake()
  }

  #wake(): void {
    for (const written of this.#waiting) written.abort()
  }
}
