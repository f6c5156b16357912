import { Duration } from 'aws-cdk-lib'
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { accept } from './nag.ts'
import { nameOf, type Platform } from './platform.ts'

const COMMON = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const

/** High throughput: the 300 calls per second count per message group, not for the whole queue. */
const FIFO = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
} as const

const queueName = (platform: Platform, part: string, fifo: boolean): string =>
  nameOf(platform, part) + (fifo ? '.fifo' : '')

/** A queue for what could not be worked on. It keeps messages for 14 days and an alarm watches that it is empty. */
export const deadLetterQueue = (scope: Construct, platform: Platform, part: string, fifo = false): Queue => {
  const name = queueName(platform, part, fifo)
  platform.watched.deadQueues.push(name)
  const queue = new Queue(scope, pascal(part), {
    ...COMMON,
    ...(fifo ? FIFO : {}),
    queueName: name,
    retentionPeriod: Duration.days(14),
  })
  accept(queue, 'SQS3', 'is a dead-letter queue itself')
  return queue
}

/** A FIFO queue with its dead-letter queue; an alarm watches that its oldest message is not older than it should be. */
export const workQueue = (
  scope: Construct,
  platform: Platform,
  part: string,
  options: Pick<QueueProps, 'visibilityTimeout' | 'retentionPeriod'> & {
    dead: Queue
    maxReceiveCount: number
    /** Undefined where messages are postponed on purpose, so that age says nothing. */
    maxAgeSeconds?: number
  },
): Queue => {
  const { dead, maxReceiveCount, maxAgeSeconds, ...props } = options
  const name = queueName(platform, part, true)
  platform.watched.workQueues.push({ name, maxAgeSeconds })
  return new Queue(scope, pascal(part), {
    ...COMMON,
    ...FIFO,
    ...props,
    queueName: name,
    deadLetterQueue: { queue: dead, maxReceiveCount },
  })
}

/** Construct id of a dashed name: `commands-dead` becomes `CommandsDead`. */
export const pascal = (name: string): string =>
  name.replace(/(^|[-_])([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase())
