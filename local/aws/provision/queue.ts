import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { z } from 'zod'

const number = z.coerce.number().optional()
const flag = z.union([z.boolean(), z.stringbool()]).optional()

/** The properties of a queue that mean something locally. */
const queueSchema = z.object({
  FifoQueue: flag,
  ContentBasedDeduplication: flag,
  DeduplicationScope: z.string().optional(),
  FifoThroughputLimit: z.string().optional(),
  VisibilityTimeout: number,
  MessageRetentionPeriod: number,
  MaximumMessageSize: number,
  DelaySeconds: number,
  ReceiveMessageWaitTimeSeconds: number,
  RedrivePolicy: z
    .union([z.string(), z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() })])
    .optional(),
})

/** Makes a queue or changes the attributes of an existing one, and gives its URL. */
export async function provisionQueue(
  client: SQSClient,
  name: string,
  properties: Record<string, unknown>,
): Promise<string> {
  const wanted = queueSchema.parse(properties)
  const attributes: Partial<Record<QueueAttributeName, string>> = {}
  for (const [key, value] of Object.entries(wanted)) {
    if (value === undefined || key === 'FifoQueue') continue
    attributes[key as QueueAttributeName] = typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
  const existing = await urlOf(client, name)
  if (existing) {
    if (Object.keys(attributes).length > 0) {
      await client.send(new SetQueueAttributesCommand({ QueueUrl: existing, Attributes: attributes }))
    }
    return existing
  }
  // CloudFormation refuses a FIFO queue without the suffix; so does the emulator.
  const fifo = wanted.FifoQueue ? { FifoQueue: 'true' } : {}
  const made = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...fifo, ...attributes } }))
  return made.QueueUrl!
}

async function urlOf(client: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined
    throw error
  }
}
