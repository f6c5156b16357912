import type { Message } from './message.ts'

/** A group is handed out while none of its messages is in flight; a standard queue has one group per message. */
type Group = { waiting: Message[]; inFlight: number }

/** The order in which a queue hands out its messages: group by group, the longest ready first, and in each group by sequence. */
export class Groups {
  readonly #keyOf: (message: Message) => string
  readonly #onReady: () => void
  readonly #groups = new Map<string, Group>()
  /** Groups with something to receive, oldest first. */
  readonly #ready = new Set<string>()

  /** `onReady` is called whenever a group comes to have something to receive. */
  constructor(keyOf: (message: Message) => string, onReady: () => void) {
    this.#keyOf = keyOf
    this.#onReady = onReady
  }

  get hasReady(): boolean {
    return this.#ready.size > 0
  }

  get inFlight(): number {
    return [...this.#groups.values()].reduce((total, group) => total + group.inFlight, 0)
  }

  /** Puts a message at the end of its group, or counts it as one that is being worked on. */
  add(message: Message, inFlight = false) {
    const group = this.#groupOf(message)
    if (inFlight) group.inFlight++
    else group.waiting.push(message)
    this.#refresh(message)
  }

  /** Hands out up to `most` messages; one that `accept` refuses is dropped. */
  take(most: number, now: number, accept: (message: Message) => boolean): Message[] {
    const taken: Message[] = []
    for (const key of this.#ready) {
      if (taken.length >= most) break
      const group = this.#groups.get(key)
      while (group && taken.length < most && group.waiting[0] && group.waiting[0].visibleAt <= now) {
        const message = group.waiting.shift()!
        if (!accept(message)) continue
        group.inFlight++
        taken.push(message)
      }
      this.#ready.delete(key)
      if (group && group.inFlight === 0) this.#refreshGroup(key, group)
    }
    return taken
  }

  /** Puts a message that was in flight back to its place. */
  putBack(message: Message) {
    const group = this.#groupOf(message)
    group.inFlight--
    const at = group.waiting.findIndex((other) => other.sequence > message.sequence)
    group.waiting.splice(at === -1 ? group.waiting.length : at, 0, message)
    this.#refresh(message)
  }

  /** Takes a message out for good. */
  remove(message: Message, inFlight: boolean) {
    const group = this.#groupOf(message)
    if (inFlight) group.inFlight--
    else group.waiting = group.waiting.filter((other) => other !== message)
    this.#refresh(message)
  }

  clear() {
    this.#groups.clear()
    this.#ready.clear()
  }

  #groupOf(message: Message): Group {
    const key = this.#keyOf(message)
    const group = this.#groups.get(key) ?? { waiting: [], inFlight: 0 }
    this.#groups.set(key, group)
    return group
  }

  #refresh(message: Message) {
    const key = this.#keyOf(message)
    const group = this.#groups.get(key)
    if (group) this.#refreshGroup(key, group)
  }

  /** Works out anew whether a group has something to receive. */
  #refreshGroup(key: string, group: Group) {
    const head = group.waiting[0]
    if (!head) {
      this.#ready.delete(key)
      if (group.inFlight === 0) this.#groups.delete(key)
      return
    }
    if (group.inFlight > 0) return
    const remainingMs = head.visibleAt - Date.now()
    if (remainingMs > 0) {
      setTimeout(() => this.#refresh(head), remainingMs).unref()
      return
    }
    this.#ready.add(key)
    this.#onReady()
  }
}
