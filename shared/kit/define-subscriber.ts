import type { Context } from './context.ts'
import type { EventRecord } from './define-event.ts'
import type { Needs } from './resources.ts'

/** Every event but these: a rule's pattern has 2,048 characters at most, which all types by their names would exceed. */
type AllBut = { allBut: readonly string[] }

/**
 * One reaction to events of the bus, in its own function with its own retries and dead-letter queue. Infrastructure makes
 * the rule (exactly these event types) and the target from this value. Delivery is at least once: handlers are idempotent
 * by event id.
 */
export type Subscriber = {
  name: string
  summary: string
  /** Event types, each declared by a `defineEvent`; or all of them but some. */
  events: readonly string[] | AllBut
  needs: Needs
  timeoutSeconds?: number
  memoryMb?: number
  handler: (ctx: Context, event: EventRecord) => Promise<void>
}

/** Declares a subscriber. */
export const defineSubscriber = (subscriber: Subscriber): Subscriber => subscriber
