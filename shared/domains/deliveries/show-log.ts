import { z } from 'zod'
import type { Context } from '#kit/context.ts'
import { type DeliveryLog, listDeliveryLog } from './log.ts'
import type { EndpointRef } from './model.ts'

/** A delivery that did not succeed at its first attempt. */
export const shownDelivery = z
  .object({
    eventId: z.string(),
    eventType: z.string(),
    state: z.enum(['retrying', 'delivered', 'failed']),
    attempts: z.number().int(),
    lastAttemptAt: z.string(),
    lastStatus: z.number().int().nullable().describe('HTTP status of the last answer; null when there was none'),
    lastError: z.string().nullable(),
    nextAttemptAt: z.string().nullable(),
    canRepeat: z.boolean(),
  })
  .meta({ id: 'DeliveryRow' })

/** Entries that a list shows: the newest. */
const SHOWN = 100

const showDelivery = (entry: DeliveryLog): z.input<typeof shownDelivery> => ({
  eventId: entry.eventId,
  eventType: entry.eventType,
  state: entry.state,
  attempts: entry.attempts,
  lastAttemptAt: entry.lastAttemptAt,
  lastStatus: entry.lastStatus ?? null,
  lastError: entry.lastError ?? null,
  nextAttemptAt: entry.nextAttemptAt ?? null,
  canRepeat: entry.event !== undefined,
})

/** The newest entries of an endpoint's delivery log. */
export const showDeliveries = async (ctx: Context, ref: EndpointRef): Promise<z.input<typeof shownDelivery>[]> =>
  (await listDeliveryLog(ctx, ref, { limit: SHOWN })).items.map(showDelivery)
