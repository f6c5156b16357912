import { newAttributes, type QueueAttributes } from './attributes.ts'
import type { Journal } from './journal.ts'
import { Queue } from './queue.ts'
import { queueDoesNotExist, SqsError } from './sqs-error.ts'

/** All queues of the stack. */
export class Queues {
  readonly #byName = new Map<string, Queue>()
  readonly #journal: Journal
  readonly #arnPrefix: string

  constructor(journal: Journal, arnPrefix: string) {
    this.#journal = journal
    this.#arnPrefix = arnPrefix
    for (const stored of journal.load()) this.#byName.set(stored.name, this.#open(stored))
  }

  /** Makes a queue; one with the same attributes may exist. */
  create(name: string, given: QueueAttributes): Queue {
    const attributes = newAttributes(name, given)
    const existing = this.#byName.get(name)
    if (existing) {
      const differs = Object.keys(given).find((key) => existing.attributes[key] !== given[key])
      if (!differs) return existing
      throw new SqsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${differs}.`,
        'QueueAlreadyExists',
      )
    }
    const createdAt = Date.now()
    this.#journal.saveQueue(name, attributes, createdAt)
    const queue = this.#open({ name, attributes, createdAt, messages: [], sent: [] })
    this.#byName.set(name, queue)
    return queue
  }

  /** Finds the queue of a URL by its last part: the port in a stored URL may be one of an earlier start. */
  get(url: string): Queue {
    const queue = this.find(url.slice(url.lastIndexOf('/') + 1))
    if (!queue) throw queueDoesNotExist()
    return queue
  }

  find(name: string): Queue | undefined {
    return this.#byName.get(name)
  }

  list(prefix: string): Queue[] {
    return [...this.#byName.values()].filter((queue) => queue.name.startsWith(prefix))
  }

  delete(queue: Queue) {
    queue.close()
    this.#byName.delete(queue.name)
    this.#journal.deleteQueue(queue.name)
  }

  close() {
    for (const queue of this.#byName.values()) queue.close()
    this.#journal.close()
  }

  #open(stored: ConstructorParameters<typeof Queue>[0]): Queue {
    return new Queue(stored, {
      arn: this.#arnPrefix + stored.name,
      journal: this.#journal,
      findByArn: (arn) => this.#byName.get(arn.slice(arn.lastIndexOf(':') + 1)),
    })
  }
}
