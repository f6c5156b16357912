import { z } from 'zod'
import type { OutboxEvent } from '#data/outbox.ts'
import { isoTime } from './clock.ts'
import { newId } from './ids.ts'

/** A stored item as the stream shows it. */
export type Image = Record<string, unknown>

/**
 * One kind of event: its name (past tense), version, the schema subscribers get as `detail.data`, and how that data is made
 * from the item whose change the event announces plus the facts that were given when it was raised. Declared once beside
 * its domain; the catalogue, the documentation, the bus schema and the subscribers' types derive from it.
 */
export type EventDefinition<Data extends z.ZodType = z.ZodType> = {
  type: string
  version: number
  summary: string
  data: Data
  project: (image: Image, facts: Record<string, unknown>) => z.input<Data>
}

/** Declares an event. Nothing happens at import but the making of this value. */
export const defineEvent = <Data extends z.ZodType>(definition: EventDefinition<Data>): EventDefinition<Data> =>
  definition

/** What every event carries on the bus (`detail`) and in deliveries. `id` is stable: the same id is the same event. */
export const eventEnvelope = z.object({
  id: z.string(),
  type: z.string(),
  version: z.number().int(),
  at: z.string(),
  tenantId: z.string(),
  deviceId: z.string().optional(),
  conversationId: z.number().int().optional(),
  data: z.record(z.string(), z.unknown()),
})

/** An event as subscribers get it. */
export type EventRecord = z.infer<typeof eventEnvelope>

/** Raises an event: the outbox entry to be written together with the change it announces. */
export const raise = (
  definition: Pick<EventDefinition, 'type'>,
  nowMs: number,
  facts?: Record<string, unknown>,
): OutboxEvent => ({ type: definition.type, id: newId('event'), at: isoTime(nowMs), facts })

/** The full event of an outbox entry: the envelope from the item, the data projected by the definition. */
export const toEventRecord = (definition: EventDefinition, entry: OutboxEvent, image: Image): EventRecord => ({
  id: entry.id,
  type: definition.type,
  version: definition.version,
  at: entry.at,
  tenantId: String(image.tenantId),
  deviceId: image.deviceId === undefined ? undefined : String(image.deviceId),
  conversationId: image.conversationId === undefined ? undefined : Number(image.conversationId),
  data: definition.data.parse(definition.project(image, entry.facts ?? {})) as Record<string, unknown>,
})
