import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { type FanOut, makeFanOut } from '#domains/deliveries/fan-out.ts'
import type { Delivery } from '#domains/deliveries/model.ts'
import { sendDeliveries } from '#domains/deliveries/queue.ts'
import { eventsClient, sqsClient } from '#kit/aws.ts'
import type { Context } from '#kit/context.ts'
import { defineJob } from '#kit/define-job.ts'
import { lazy } from '#kit/lazy.ts'
import { emitMetric } from '#kit/metrics.ts'
import { resource } from '#kit/resources.ts'
import { endpointSources } from './_delivery-port.ts'
import { projectRecord, type StreamRecord, type Unprojectable } from './_projection.ts'

/** One event as the pipe's target takes it: `$.detailType` and `$.detail`. */
export type BusEntry = { detailType: string; detail: object }

/** What the pipe puts on the bus in one call. A longer answer would make it skip the bus altogether. */
const PIPE_LIMIT = 10

/** What projecting events leads to. */
export type ProjectionPort = {
  fanOut: FanOut
  queue: (deliveries: Delivery[]) => Promise<void>
  putEvents: (entries: BusEntry[]) => Promise<void>
}

/**
 * Makes the events of a batch of stream records. Their webhooks are queued here, in the stream's order, because the bus
 * keeps none; a failure to queue repeats the batch, which is harmless: the queue knows what it took. What no event can be
 * made of is announced as `event.unprojectable` and passed by.
 */
export const projectBatch = async (
  ctx: Context,
  records: StreamRecord[],
  { fanOut, queue, putEvents }: ProjectionPort,
): Promise<BusEntry[]> => {
  const projected = records.flatMap(projectRecord)
  const events = projected.flatMap((result) => ('event' in result ? [result.event] : []))
  const deliveries = (await Promise.all(events.map((event) => fanOut(ctx, event)))).flat()
  if (deliveries.length > 0) await queue(deliveries)
  const entries = projected.map((result) =>
    'event' in result
      ? { detailType: result.event.type, detail: result.event }
      : unprojectable(ctx, result.unprojectable),
  )
  const early = entries.slice(0, Math.max(0, entries.length - PIPE_LIMIT))
  if (early.length > 0) await putEvents(early)
  return entries.slice(early.length)
}

const unprojectable = (ctx: Context, facts: Unprojectable): BusEntry => {
  // Keys name tenants and conversations, not people; the reason of a schema error names fields, not values.
  ctx.log.error('a stream record gave no event', { ...facts })
  emitMetric('EventUnprojectable', 1)
  return { detailType: 'event.unprojectable', detail: facts }
}

const putEvents = async (entries: BusEntry[]): Promise<void> => {
  for (let start = 0; start < entries.length; start += PIPE_LIMIT) {
    const { FailedEntryCount } = await eventsClient().send(
      new PutEventsCommand({
        Entries: entries.slice(start, start + PIPE_LIMIT).map(({ detailType, detail }) => ({
          EventBusName: resource('EVENT_BUS_NAME'),
          Source: 'switchboard',
          DetailType: detailType,
          Detail: JSON.stringify(detail),
        })),
      }),
    )
    if (FailedEntryCount) throw new Error(`${FailedEntryCount} events were not taken by the bus`)
  }
}

const port = lazy(
  (): ProjectionPort => ({
    fanOut: makeFanOut(endpointSources),
    queue: (deliveries) => sendDeliveries(sqsClient(), resource('DELIVERY_QUEUE_URL'), deliveries),
    putEvents,
  }),
)

export const job = defineJob({
  name: 'project-events',
  summary: 'Turns changed items into events for the bus and queues their webhook deliveries in order.',
  trigger: { kind: 'pipe' },
  needs: { main: 'read', deliveries: 'send', bus: 'put' },
  timeoutSeconds: 30,
  memoryMb: 1024,
  handler: (ctx, records) => projectBatch(ctx, records as StreamRecord[], port()),
})
