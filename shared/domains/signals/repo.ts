import { ttlIn } from '#data/schema.ts'
import type { Context } from '#kit/context.ts'
import { type EventDefinition, raise } from '#kit/define-event.ts'

/** Seconds the item of a signal stays; its event has left long before. */
const KEPT_SECONDS = 3600

/** One signal: its event, the facts it carries, and the conversation it is about, where it is about one that there is. */
export type Signal = {
  event: Pick<EventDefinition, 'type'>
  facts: Record<string, unknown>
  conversationId?: number
}

/**
 * Raises events that announce no change of ours (presence, calls, photos of others). Each is an item of its own that only
 * carries its event; it is cleaned up after an hour. Throws when the store is out of reach.
 */
export const raiseSignals = async (
  ctx: Context,
  place: { tenantId: string; deviceId: string },
  signals: readonly Signal[],
): Promise<void> => {
  const nowMs = ctx.clock.nowMs()
  await Promise.all(
    signals.map(({ event, facts, conversationId }) => {
      const entry = raise(event, nowMs, facts)
      const key = { pk: `D#${place.deviceId}`, sk: `SG#${entry.id}` }
      const item = { ...key, ...place, conversationId, expiresAt: ttlIn(KEPT_SECONDS, nowMs) }
      return ctx.main.put(item, { events: [entry] })
    }),
  )
}
