import { createHash } from 'node:crypto'
import type { QueueSettings } from './attributes.ts'
import { DEDUPLICATION_INTERVAL_MS, type Duplicate } from './journal.ts'
import type { NewMessage } from './message.ts'
import { invalidParameter } from './sqs-error.ts'

/** What was sent within the deduplication interval, oldest first. */
export class Deduplication {
  readonly #sent: Map<string, Duplicate>

  constructor(sent: Duplicate[]) {
    this.#sent = new Map(sent.map((one) => [one.key, one]))
  }

  find(key: string, now: number): Duplicate | undefined {
    for (const [oldest, { at }] of this.#sent) {
      if (at + DEDUPLICATION_INTERVAL_MS > now) break
      this.#sent.delete(oldest)
    }
    return this.#sent.get(key)
  }

  add(duplicate: Duplicate) {
    this.#sent.set(duplicate.key, duplicate)
  }
}

/** The deduplication id of a message of a FIFO queue, and what it is compared by. Throws when it has none. */
export function deduplicationKey(settings: QueueSettings, given: NewMessage): { id: string; key: string } {
  const id = given.deduplicationId ?? contentDigest(settings, given.body)
  return { id, key: settings.deduplicatePerGroup ? `${given.groupId}\n${id}` : id }
}

function contentDigest(settings: QueueSettings, body: string): string {
  if (settings.contentBasedDeduplication) return createHash('sha256').update(body).digest('hex')
  throw invalidParameter(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly.',
  )
}
