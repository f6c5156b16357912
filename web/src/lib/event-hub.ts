/** An event as the socket brings it, as far as its delivery needs it. */
export type Told = { id: string; type: string }

type Listener = (event: never) => void

/** Ids remembered, so that an event that comes over the old and the new connection is told once. */
const REMEMBERED = 500

/** Hands events to whoever listens for their type, each id once. */
export class EventHub {
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #seen = new Set<string>()

  /** Listens for a type, or for all with `*`; the result ends that. */
  on(type: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners.add(listener))
    return () => {
      listeners.delete(listener)
    }
  }

  /** Tells an event to its listeners, unless it was told before. */
  tell(event: Told): void {
    if (this.#seen.has(event.id)) return
    this.#seen.add(event.id)
    const [oldest] = this.#seen
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest)
    for (const type of [event.type, '*']) {
      for (const listener of this.#listeners.get(type) ?? []) listener(event as never)
    }
  }
}
