import { z } from 'zod'

/**
 * The outbox is an attribute of the item whose change it announces, so state and event are one write: the table's stream
 * carries both, or neither. It holds only what the item itself does not say; the rest is projected from the item's image
 * when the event leaves (see `#kit/define-event.ts`).
 */
export const OUTBOX_ATTRIBUTE = 'ev'

/** An event as it lies in the outbox: its definition's type, a stable id, when it happened, and facts not on the item. */
export type OutboxEvent = { type: string; id: string; at: string; facts?: Record<string, unknown> }

const outboxSchema = z.array(
  z.object({ type: z.string(), id: z.string(), at: z.string(), facts: z.record(z.string(), z.unknown()).optional() }),
)

/** The attribute to store for these events; nothing when there are none. */
export const outboxAttribute = (events: OutboxEvent[] | undefined): Record<string, string> =>
  events && events.length > 0 ? { [OUTBOX_ATTRIBUTE]: JSON.stringify(events) } : {}

/** The events in a stored item's outbox. Throws on a malformed attribute. */
export const readOutbox = (item: Record<string, unknown>): OutboxEvent[] => {
  const text = item[OUTBOX_ATTRIBUTE]
  return typeof text === 'string' ? outboxSchema.parse(JSON.parse(text)) : []
}
