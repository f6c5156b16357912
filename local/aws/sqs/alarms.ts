/** One timer for each of several things, by their ids. */
export class Alarms {
  readonly #timers = new Map<string, NodeJS.Timeout>()

  has(id: string): boolean {
    return this.#timers.has(id)
  }

  /** Rings once after a time, in place of what was set for the id before. */
  set(id: string, afterMs: number, ring: () => void) {
    clearTimeout(this.#timers.get(id))
    this.#timers.set(id, setTimeout(ring, Math.max(0, afterMs)))
  }

  delete(id: string) {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
  }

  clear() {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
