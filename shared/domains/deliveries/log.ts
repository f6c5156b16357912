import type { Key } from '#data/expressions.ts'
import { ttlIn } from '#data/schema.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import type { EventRecord } from '#kit/define-event.ts'
import { type Delivery, type EndpointRef, endpointName } from './model.ts'

/**
 * What became of a delivery that did not succeed at once. A delivery that succeeds at its first attempt leaves no entry:
 * that would be one more write for every event of every endpoint.
 */
export type DeliveryLog = {
  tenantId: string
  endpoint: EndpointRef
  eventId: string
  eventType: string
  state: 'retrying' | 'delivered' | 'failed'
  attempts: number
  lastAttemptAt: string
  /** HTTP status of the last answer, absent when there was none. */
  lastStatus?: number
  lastError?: string
  nextAttemptAt?: string
  /** The event of a failed delivery, so that it can be sent again. */
  event?: EventRecord
  expiresAt: number
}

/** Seconds an entry is kept. */
const KEPT_SECONDS = 7 * 24 * 3600

/** Partition of what is kept of an endpoint's deliveries. */
export const deliveryPartition = (ref: EndpointRef): string => `DLV#${ref.tenantId}#${endpointName(ref)}`
const logKey = ({ endpoint, event }: Delivery): Key => ({ pk: deliveryPartition(endpoint), sk: event.id })

/** How an attempt ended, for the log. */
export type AttemptNote = Pick<DeliveryLog, 'state' | 'attempts' | 'lastStatus' | 'lastError'> & {
  retryInSeconds?: number
}

/** Writes how an attempt ended. */
export const noteAttempt = async (ctx: Context, delivery: Delivery, note: AttemptNote): Promise<void> => {
  const { retryInSeconds, ...facts } = note
  const nowMs = ctx.clock.nowMs()
  const entry: DeliveryLog = {
    ...facts,
    tenantId: delivery.endpoint.tenantId,
    endpoint: delivery.endpoint,
    eventId: delivery.event.id,
    eventType: delivery.event.type,
    lastAttemptAt: isoTime(nowMs),
    nextAttemptAt: retryInSeconds === undefined ? undefined : isoTime(nowMs + retryInSeconds * 1000),
    event: note.state === 'failed' ? delivery.event : undefined,
    expiresAt: ttlIn(KEPT_SECONDS, nowMs),
  }
  await ctx.main.put({ ...logKey(delivery), ...entry })
}

/** Entries of an endpoint, newest event first. */
export const listDeliveryLog = (
  ctx: Context,
  ref: EndpointRef,
  page: { limit?: number; startKey?: Record<string, unknown> } = {},
): Promise<{ items: DeliveryLog[]; next: Record<string, unknown> | undefined }> =>
  ctx.main.query<DeliveryLog>({
    pk: deliveryPartition(ref),
    reverse: true,
    limit: page.limit ?? 50,
    startKey: page.startKey,
  })

/** The failed delivery of an event to an endpoint, ready to be queued again; undefined when there is none. */
export const findFailedDelivery = async (
  ctx: Context,
  ref: EndpointRef,
  eventId: string,
): Promise<Delivery | undefined> => {
  const entry = await ctx.main.get<DeliveryLog>({ pk: deliveryPartition(ref), sk: eventId })
  return entry?.event && { endpoint: ref, event: entry.event }
}
