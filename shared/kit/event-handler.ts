import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware'
import middy from '@middy/core'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { z } from 'zod'
import { mainTable } from '#data/tables.ts'
import { systemClock } from './clock.ts'
import type { Context } from './context.ts'
import { type EventRecord, eventEnvelope } from './define-event.ts'
import { type Job, RetryLater } from './define-job.ts'
import type { Subscriber } from './define-subscriber.ts'
import { lazy } from './lazy.ts'
import { emitMetric } from './metrics.ts'
import { type QueueRecord, queueRecords, workThrough } from './queue-records.ts'
import { processLog, telemetry } from './telemetry.ts'

const busEvent = z.object({ detail: eventEnvelope })

/** The context of this process: the real clock, the structured log and the main table. */
export const processContext: () => Context = lazy(() => ({
  clock: systemClock,
  log: processLog(),
  // A job that does not need the main table has no variable for it: the table is looked up on first use only.
  get main() {
    return mainTable()
  },
}))

/**
 * The Lambda handler of a subscriber. What the handler throws, the asynchronous invocation repeats twice and then puts
 * into the subscriber's dead-letter queue.
 */
export const createSubscriberHandler = (subscriber: Subscriber, context: () => Context = processContext) =>
  withTelemetry(async (event: unknown): Promise<void> => {
    const { detail } = busEvent.parse(event)
    const ctx = context()
    emitMetric('EventAge', Math.max(0, ctx.clock.nowMs() - Date.parse(detail.at)), subscriber.name)
    await subscriber.handler(ctx, detail satisfies EventRecord)
  })

/**
 * The Lambda handler of a job. A job on a queue gets one `QueueRecord` per call; groups run beside each other, the records
 * of one group in order, and what failed comes back as a partial batch response. Any other job gets the raw event and its
 * result is the function's result.
 */
export const createJobHandler = (job: Job, context: () => Context = processContext) => {
  if (job.trigger.kind !== 'queue') return withTelemetry((event: unknown) => job.handler(context(), event))
  return withTelemetry(async (event: unknown): Promise<SQSBatchResponse> => {
    const ctx = context()
    const failed = await workThrough(queueRecords(event as SQSEvent), async (record: QueueRecord) => {
      await job.handler(ctx, record)
    })
    for (const { id, error } of failed) {
      if (error instanceof RetryLater) ctx.log.info('queue record postponed', { messageId: id, reason: error.message })
      else ctx.log.error('queue record failed', { messageId: id, error })
    }
    return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) }
  })
}

const withTelemetry = <Result>(handler: (event: unknown) => Promise<Result>) => {
  const { logger, metrics } = telemetry()
  return middy<unknown, Result>(handler).use(injectLambdaContext(logger)).use(logMetrics(metrics))
}
