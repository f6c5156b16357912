import { setTimeout as delay } from 'node:timers/promises'
import type { JsonClient } from '../aws-calls/json-client.ts'
import type { EventMatcher } from '../events/pattern.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import { failedItems } from './batch-response.ts'

type Message = {
  MessageId: string
  ReceiptHandle: string
  Body: string
  MD5OfBody: string
  Attributes?: Record<string, string>
  MessageAttributes?: Record<string, Record<string, unknown>>
}

/** An event source mapping of a queue. */
export type QueueMappingOptions = {
  queueArn: string
  queueUrl: string
  sqs: JsonClient
  fn: LambdaFunction
  batchSize: number
  reportsFailures: boolean
  matches: EventMatcher
  region: string
  log: (line: string) => void
  /** Invocations running at once. */
  maxConcurrency?: number
}

/** Local default of how many batches of a queue are handled at once; AWS starts with five and adds more under load. */
const DEFAULT_CONCURRENCY = 10

/**
 * Feeds a queue's messages to a function. A message that fails stays in the queue until its visibility timeout, and the
 * queue's redrive policy moves it to the dead-letter queue.
 */
export class QueueMapping {
  readonly #options: QueueMappingOptions
  readonly #abort = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #loop: Promise<void> = Promise.resolve()

  constructor(options: QueueMappingOptions) {
    this.#options = options
  }

  start(): void {
    this.#loop = this.#poll()
  }

  /** Stops receiving and waits for the batches under way. */
  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#loop
    await Promise.allSettled(this.#running)
  }

  async #poll(): Promise<void> {
    const { signal } = this.#abort
    const { maxConcurrency = DEFAULT_CONCURRENCY, log, queueArn } = this.#options
    while (!signal.aborted) {
      try {
        const messages = await this.#receive()
        if (signal.aborted || messages.length === 0) continue
        const batch = this.#handle(messages)
          .catch((error: unknown) => log(`${queueArn}: ${String(error)}`))
          .finally(() => this.#running.delete(batch))
        this.#running.add(batch)
        if (this.#running.size >= maxConcurrency) await Promise.race(this.#running)
      } catch (error) {
        if (signal.aborted) return
        log(`${queueArn}: ${String(error)}`)
        await delay(1000, undefined, { signal }).catch(() => {})
      }
    }
  }

  async #receive(): Promise<Message[]> {
    const { sqs, queueUrl, batchSize } = this.#options
    const answer = await sqs.call<{ Messages?: Message[] }>(
      'ReceiveMessage',
      {
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(batchSize, 10),
        WaitTimeSeconds: 20,
        AttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
      this.#abort.signal,
    )
    return answer.Messages ?? []
  }

  async #handle(messages: Message[]): Promise<void> {
    const { matches, fn, reportsFailures } = this.#options
    const wanted = messages.filter((message) => matches({ ...message, body: parsed(message.Body) }))
    let failed: Set<string> | undefined = new Set()
    if (wanted.length > 0) {
      try {
        const event = JSON.stringify({ Records: wanted.map((message) => this.#record(message)) })
        const answer = await fn.invoke(event)
        if (reportsFailures) failed = failedItems(answer, new Set(wanted.map(({ MessageId }) => MessageId)))
      } catch {
        failed = undefined
      }
    }
    const kept = failed ?? new Set(wanted.map(({ MessageId }) => MessageId))
    await this.#delete(messages.filter(({ MessageId }) => !kept.has(MessageId)))
  }

  async #delete(messages: Message[]): Promise<void> {
    if (messages.length === 0) return
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    await this.#options.sqs.call('DeleteMessageBatch', { QueueUrl: this.#options.queueUrl, Entries })
  }

  #record(message: Message): Record<string, unknown> {
    const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
      name,
      Object.fromEntries(Object.entries(value).map(([key, item]) => [key[0]!.toLowerCase() + key.slice(1), item])),
    ])
    return {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(attributes),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.#options.queueArn,
      awsRegion: this.#options.region,
    }
  }
}

/** Filters look into a body that is JSON; any other body is text to them. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
