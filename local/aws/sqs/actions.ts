import { z } from 'zod'
import { receiveSchema, send, sendSchema, show } from './message-actions.ts'
import type { Queue } from './queue.ts'
import type { Queues } from './queues.ts'
import { invalidParameter, queueDoesNotExist, SqsError } from './sqs-error.ts'

/** What an action works with. */
type ActionContext = {
  queues: Queues
  urlOf(queue: Queue): string /** Calls back when the caller is gone before it is answered. */
  onGone(run: () => void): void
}

type Action = (input: Record<string, unknown>, context: ActionContext) => unknown

const strings = z.record(z.string(), z.string())
const createSchema = z.object({ QueueName: z.string(), Attributes: strings.default({}) })
const receiptSchema = z.object({ ReceiptHandle: z.string() })
const visibilitySchema = receiptSchema.extend({ VisibilityTimeout: z.number().int().min(0).max(43_200) })

/** The actions of SQS that have a meaning on a laptop. */
export const actions: Record<string, Action> = {
  CreateQueue(input, { queues, urlOf }) {
    const { QueueName, Attributes } = createSchema.parse(input)
    return { QueueUrl: urlOf(queues.create(QueueName, Attributes)) }
  },
  GetQueueUrl(input, { queues, urlOf }) {
    const queue = queues.find(z.object({ QueueName: z.string() }).parse(input).QueueName)
    if (!queue) throw queueDoesNotExist()
    return { QueueUrl: urlOf(queue) }
  },
  ListQueues(input, { queues, urlOf }) {
    const { QueueNamePrefix } = z.object({ QueueNamePrefix: z.string().default('') }).parse(input)
    return { QueueUrls: queues.list(QueueNamePrefix).map(urlOf) }
  },
  DeleteQueue: onQueue((queue, _input, { queues }) => queues.delete(queue)),
  PurgeQueue: onQueue((queue) => queue.purge()),
  SetQueueAttributes: onQueue((queue, input) =>
    queue.setAttributes(z.object({ Attributes: strings }).parse(input).Attributes),
  ),
  GetQueueAttributes: onQueue((queue, input) => {
    const { AttributeNames } = z.object({ AttributeNames: z.array(z.string()).default([]) }).parse(input)
    const all = Object.entries(allAttributes(queue))
    return {
      Attributes: Object.fromEntries(
        all.filter(([name]) => AttributeNames.includes('All') || AttributeNames.includes(name)),
      ),
    }
  }),
  SendMessage: onQueue((queue, input) => send(queue, sendSchema.parse(input))),
  SendMessageBatch: onQueue((queue, input) => inBatch(input, (entry) => send(queue, sendSchema.parse(entry)))),
  ReceiveMessage: onQueue(async (queue, input, { onGone }) => {
    const asked = receiveSchema.parse(input)
    const waitS = asked.WaitTimeSeconds ?? queue.settings.waitS
    const receive = { most: asked.MaxNumberOfMessages, visibilityS: asked.VisibilityTimeout }
    const messages = await queue.receive(receive, waitS, onGone)
    return messages.length > 0 ? { Messages: messages.map((message) => show(queue, message, asked)) } : {}
  }),
  DeleteMessage: onQueue((queue, input) => queue.delete(receiptSchema.parse(input).ReceiptHandle)),
  DeleteMessageBatch: onQueue((queue, input) =>
    inBatch(input, (entry) => {
      queue.delete(receiptSchema.parse(entry).ReceiptHandle)
      return {}
    }),
  ),
  ChangeMessageVisibility: onQueue((queue, input) => changeVisibility(queue, input)),
  ChangeMessageVisibilityBatch: onQueue((queue, input) => inBatch(input, (entry) => changeVisibility(queue, entry))),
}

function onQueue(run: (queue: Queue, input: Record<string, unknown>, context: ActionContext) => unknown): Action {
  return (input, context) => {
    const url = input.QueueUrl
    if (typeof url !== 'string')
      throw new SqsError('MissingParameter', 'The request must contain the parameter QueueUrl.')
    return run(context.queues.get(url), input, context)
  }
}

function changeVisibility(queue: Queue, input: Record<string, unknown>) {
  const { ReceiptHandle, VisibilityTimeout } = visibilitySchema.parse(input)
  queue.changeVisibility(ReceiptHandle, VisibilityTimeout)
  return {}
}

const batchSchema = z.object({ Entries: z.array(z.looseObject({ Id: z.string().regex(/^[\w-]{1,80}$/) })) })

/** Runs every entry for itself: one that fails is reported beside the others, as SQS does. */
function inBatch(input: Record<string, unknown>, run: (entry: Record<string, unknown>) => Record<string, unknown>) {
  const { Entries } = batchSchema.parse(input)
  if (Entries.length === 0) {
    throw new SqsError(
      'EmptyBatchRequest',
      'There should be at least one entry.',
      'AWS.SimpleQueueService.EmptyBatchRequest',
    )
  }
  if (Entries.length > 10) {
    const code = 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest'
    throw new SqsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.', code)
  }
  if (new Set(Entries.map((entry) => entry.Id)).size < Entries.length) {
    const code = 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct'
    throw new SqsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.', code)
  }
  const Successful: unknown[] = []
  const Failed: unknown[] = []
  for (const entry of Entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) })
    } catch (error) {
      const known = toSqsError(error)
      Failed.push({ Id: entry.Id, SenderFault: true, Code: known.code, Message: known.message })
    }
  }
  return { Successful, Failed }
}

/** Words an error for the caller; anything unexpected is thrown on. */
export function toSqsError(error: unknown): SqsError {
  if (error instanceof SqsError) return error
  if (error instanceof z.ZodError) return invalidParameter(z.prettifyError(error))
  throw error
}

function allAttributes(queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = queue.counts()
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  }
}
