import { z } from 'zod'
import { invalidParameter, SqsError } from './sqs-error.ts'

const range = (least: number, most: number) => z.coerce.number().int().min(least).max(most)
const flag = z.stringbool({ truthy: ['true'], falsy: ['false', ''] })

/** What each attribute that can be set accepts; numbers are seconds or bytes. */
const SETTABLE = {
  DelaySeconds: range(0, 900),
  MaximumMessageSize: range(1024, 1_048_576),
  MessageRetentionPeriod: range(60, 1_209_600),
  ReceiveMessageWaitTimeSeconds: range(0, 20),
  VisibilityTimeout: range(0, 43_200),
  RedrivePolicy: z.string(),
  RedriveAllowPolicy: z.string(),
  Policy: z.string(),
  FifoQueue: flag,
  ContentBasedDeduplication: flag,
  DeduplicationScope: z.enum(['queue', 'messageGroup']),
  FifoThroughputLimit: z.enum(['perQueue', 'perMessageGroupId']),
  KmsMasterKeyId: z.string(),
  KmsDataKeyReusePeriodSeconds: range(60, 86_400),
  SqsManagedSseEnabled: flag,
}

/** Attribute values as clients set and see them. */
export type QueueAttributes = Record<string, string>

const DEFAULTS: QueueAttributes = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
}

const FIFO_DEFAULTS: QueueAttributes = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
}

/** Attributes read once, for the work on messages. */
export type QueueSettings = {
  fifo: boolean
  contentBasedDeduplication: boolean
  deduplicatePerGroup: boolean
  delayMs: number
  largestBytes: number
  retentionMs: number
  waitS: number
  visibilityS: number
  redrive: { arn: string; maxReceives: number } | undefined
}

/** Refuses unknown attributes and values out of range. */
export function checkAttributes(given: QueueAttributes) {
  for (const [name, value] of Object.entries(given)) {
    const schema = SETTABLE[name as keyof typeof SETTABLE]
    if (!schema) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
    if (!schema.safeParse(value).success) {
      throw new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`)
    }
  }
  if (given.RedrivePolicy) readRedrivePolicy(given.RedrivePolicy)
}

/** The attributes of a new queue. */
export function newAttributes(name: string, given: QueueAttributes): QueueAttributes {
  checkAttributes(given)
  const fifo = given.FifoQueue === 'true'
  if (fifo !== name.endsWith('.fifo')) {
    throw invalidParameter('The name of a FIFO queue, and of no other, ends with the suffix .fifo.')
  }
  if (!/^[\w-]{1,80}(?:\.fifo)?$/.test(name) || name.length > 80) {
    throw invalidParameter('A queue name has up to 80 letters, digits, hyphens and underscores.')
  }
  return { ...DEFAULTS, ...(fifo ? FIFO_DEFAULTS : {}), ...given }
}

/** Reads the attributes that steer the queue. */
export function readSettings(attributes: QueueAttributes): QueueSettings {
  return {
    fifo: attributes.FifoQueue === 'true',
    contentBasedDeduplication: attributes.ContentBasedDeduplication === 'true',
    deduplicatePerGroup: attributes.DeduplicationScope === 'messageGroup',
    delayMs: Number(attributes.DelaySeconds) * 1000,
    largestBytes: Number(attributes.MaximumMessageSize),
    retentionMs: Number(attributes.MessageRetentionPeriod) * 1000,
    waitS: Number(attributes.ReceiveMessageWaitTimeSeconds),
    visibilityS: Number(attributes.VisibilityTimeout),
    redrive: attributes.RedrivePolicy ? readRedrivePolicy(attributes.RedrivePolicy) : undefined,
  }
}

const redriveSchema = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: range(1, 1000) })

function readRedrivePolicy(text: string): { arn: string; maxReceives: number } {
  try {
    const policy = redriveSchema.parse(JSON.parse(text))
    return { arn: policy.deadLetterTargetArn, maxReceives: policy.maxReceiveCount }
  } catch (cause) {
    const error = invalidParameter('Value for parameter RedrivePolicy is invalid.')
    error.cause = cause
    throw error
  }
}
