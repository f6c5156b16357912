import { GetObjectCommand } from '@aws-sdk/client-s3'
import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs'
import { makeBreaker } from '#domains/deliveries/breaker.ts'
import { DELIVERY_TIMEOUT_MS, makeDeliver } from '#domains/deliveries/deliver.ts'
import { delivery } from '#domains/deliveries/model.ts'
import { s3Client, sqsClient } from '#kit/aws.ts'
import { delay, systemClock } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { defineJob, RetryLater } from '#kit/define-job.ts'
import { lazy } from '#kit/lazy.ts'
import { emitMetric } from '#kit/metrics.ts'
import type { QueueRecord } from '#kit/queue-records.ts'
import { resource } from '#kit/resources.ts'
import { safePost } from '#kit/safe-fetch.ts'
import { endpointSources } from './_delivery-port.ts'

const readMedia = async (key: string): Promise<Uint8Array> => {
  const { Body } = await s3Client().send(new GetObjectCommand({ Bucket: resource('MEDIA_BUCKET'), Key: key }))
  if (!Body) throw new Error('the media object is empty')
  return Body.transformToByteArray()
}

const deliver = lazy(() =>
  makeDeliver({
    sources: endpointSources,
    post: (url, request) => safePost(url, request, DELIVERY_TIMEOUT_MS),
    breaker: makeBreaker(systemClock),
    publicUrl: (process.env.PUBLIC_URL ?? '').replace(/\/$/, ''),
    random: Math.random,
    sleep: delay,
    readMedia,
  }),
)

const postpone = (record: QueueRecord, seconds: number): Promise<unknown> =>
  sqsClient().send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: resource('DELIVERY_QUEUE_URL'),
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: seconds,
    }),
  )

/**
 * One attempt. A delivery that failed for good ends here, in the log that its owner sees; the queue's dead letters are for
 * what this job itself could not work on.
 */
const work = async (ctx: Context, record: QueueRecord): Promise<void> => {
  const parsed = delivery.parse(record.body)
  const outcome = await deliver()(ctx, parsed, record.receiveCount)
  if (outcome.state === 'delivered') {
    emitMetric('DeliveryLatency', Math.max(0, ctx.clock.nowMs() - Date.parse(parsed.event.at)), 'webhook')
    return
  }
  if (outcome.state === 'dropped') return
  if (outcome.state === 'waiting') {
    await postpone(record, outcome.afterSeconds)
    throw new RetryLater('the media of the message is on its way')
  }
  emitMetric('DeliveryFailed', 1, 'webhook')
  if (outcome.state === 'failed') emitMetric('DeliveryExhausted', 1, 'webhook')
  if (outcome.state !== 'retry') return
  await postpone(record, outcome.afterSeconds)
  throw new RetryLater(`attempt ${record.receiveCount} failed; the next in ${outcome.afterSeconds} s`)
}

export const job = defineJob({
  name: 'deliver-webhook',
  summary: 'POSTs one event to one webhook endpoint, signed, and postpones what failed.',
  // One at a time: in a batch, a silent receiver would hold up the others, and a failed head use up the tries of what
  // waits behind it.
  trigger: { kind: 'queue', queue: 'deliveries', batchSize: 1 },
  needs: { main: 'readWrite', deliveries: 'consume', media: 'read', platformSecret: 'read' },
  timeoutSeconds: 30,
  memoryMb: 512,
  handler: (ctx, record) => work(ctx, record as QueueRecord),
})
