import type { Message } from './message.ts'

/** What a receive asks for. */
export type Receive = { most: number; visibilityS: number | undefined }

type Waiter = Receive & { give: (messages: Message[]) => void }

/** Callers that wait for messages, first come first served. */
export class Waiters {
  readonly #take: (receive: Receive) => Message[]
  readonly #hasReady: () => boolean
  #waiting: Waiter[] = []
  #serving = false

  constructor(take: (receive: Receive) => Message[], hasReady: () => boolean) {
    this.#take = take
    this.#hasReady = hasReady
  }

  /** Waits up to `waitS` seconds for the first message. A caller that goes away ends its wait. */
  wait(receive: Receive, waitS: number, onGone: (run: () => void) => void): Promise<Message[]> {
    return new Promise((resolve) => {
      const give = (messages: Message[]) => {
        clearTimeout(timer)
        this.#waiting = this.#waiting.filter((one) => one !== waiter)
        resolve(messages)
      }
      const timer = setTimeout(() => give([]), waitS * 1000)
      const waiter: Waiter = { ...receive, give }
      onGone(() => give([]))
      this.#waiting.push(waiter)
    })
  }

  /** Serves in a later turn, so that the rest of a batch that is being sent can go along. */
  serveSoon() {
    if (this.#serving || this.#waiting.length === 0) return
    this.#serving = true
    setImmediate(() => {
      this.#serving = false
      while (this.#waiting[0] && this.#hasReady()) {
        const waiter = this.#waiting[0]
        const messages = this.#take(waiter)
        if (messages.length > 0) waiter.give(messages)
      }
    })
  }

  /** Ends all waits with nothing. */
  close() {
    for (const waiter of [...this.#waiting]) waiter.give([])
  }
}
