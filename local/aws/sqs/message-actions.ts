import { z } from 'zod'
import {
  digestOfAttributes,
  digestOfBody,
  type Message,
  messageAttributesSchema,
  type NewMessage,
  sizeOf,
} from './message.ts'
import type { Queue } from './queue.ts'
import { invalidParameter, SqsError } from './sqs-error.ts'

const entryFields = {
  MessageBody: z.string().optional(),
  MessageAttributes: messageAttributesSchema.default({}),
  DelaySeconds: z.number().int().min(0).max(900).optional(),
  MessageGroupId: z.string().min(1).max(128).optional(),
  MessageDeduplicationId: z.string().min(1).max(128).optional(),
}

/** Input of SendMessage and of one entry of SendMessageBatch. */
export const sendSchema = z.object(entryFields)

/** Input of ReceiveMessage. */
export const receiveSchema = z.object({
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  VisibilityTimeout: z.number().int().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
  AttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
  MessageAttributeNames: z.array(z.string()).default([]),
})

/** Characters XML 1.0 cannot carry, which SQS refuses. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the refused characters are control characters
const REFUSED = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/

/** Checks and sends one message and gives the answer SQS gives. */
export function send(queue: Queue, input: z.infer<typeof sendSchema>): Record<string, unknown> {
  const message = checkNew(queue, input)
  const sent = queue.send(message)
  return {
    MessageId: sent.id,
    MD5OfMessageBody: digestOfBody(message.body),
    MD5OfMessageAttributes: digestOfAttributes(message.attributes),
    SequenceNumber: queue.settings.fifo ? sequenceText(sent.sequence) : undefined,
  }
}

function checkNew(queue: Queue, input: z.infer<typeof sendSchema>): NewMessage {
  const { MessageBody: body, MessageAttributes: attributes, DelaySeconds, MessageGroupId } = input
  if (!body) throw new SqsError('MissingParameter', 'The request must contain the parameter MessageBody.')
  if (REFUSED.test(body)) throw new SqsError('InvalidMessageContents', 'Invalid characters found.')
  const { fifo, largestBytes } = queue.settings
  if (sizeOf(body, attributes) > largestBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${largestBytes} bytes.`,
    )
  }
  if (fifo && !MessageGroupId) {
    throw new SqsError('MissingParameter', 'The request must contain the parameter MessageGroupId.')
  }
  if (fifo && DelaySeconds) {
    throw invalidParameter('DelaySeconds is not valid for a message of a FIFO queue; it is an attribute of the queue.')
  }
  return {
    body,
    attributes,
    delayS: fifo ? undefined : DelaySeconds,
    groupId: MessageGroupId,
    deduplicationId: input.MessageDeduplicationId,
  }
}

/** Shows a received message with the attributes that were asked for. */
export function show(queue: Queue, message: Message, asked: z.infer<typeof receiveSchema>): Record<string, unknown> {
  const systemNames = new Set([...asked.AttributeNames, ...asked.MessageSystemAttributeNames])
  const system = Object.entries(systemAttributes(queue, message)).filter(
    ([name, value]) => value !== undefined && (systemNames.has('All') || systemNames.has(name)),
  )
  const own = Object.entries(message.attributes).filter(([name]) => isAsked(name, asked.MessageAttributeNames))
  const attributes = Object.fromEntries(own)
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: digestOfBody(message.body),
    Attributes: system.length > 0 ? Object.fromEntries(system) : undefined,
    MessageAttributes: own.length > 0 ? attributes : undefined,
    MD5OfMessageAttributes: own.length > 0 ? digestOfAttributes(attributes) : undefined,
  }
}

function isAsked(name: string, asked: string[]): boolean {
  return asked.some((one) => one === 'All' || one === '.*' || one === name || isPrefix(one, name))
}

function isPrefix(pattern: string, name: string): boolean {
  return pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1))
}

function systemAttributes(queue: Queue, message: Message): Record<string, string | undefined> {
  return {
    SenderId: 'AIDALOCAL',
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    SequenceNumber: queue.settings.fifo ? sequenceText(message.sequence) : undefined,
    DeadLetterQueueSourceArn: message.deadLetterSource,
  }
}

const sequenceText = (sequence: number) => String(sequence).padStart(20, '0')
