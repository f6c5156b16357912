import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { JsonClient } from '../aws-calls/json-client.ts'
import { functionNameOf } from '../lambda/definition.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import { textOrPath } from './json-path.ts'

/** One thing sent to a target: a body, and for queues the group and attributes it travels with. */
export type Delivery = {
  body: string
  groupId?: string
  deduplicationId?: string
  attributes?: Record<string, string>
}

/** What targets are reached through. */
export type TargetAccess = {
  sqs: JsonClient
  sqsUrl: string
  functions: ReadonlyMap<string, LambdaFunction>
  /** Hands an event that is already complete to another bus. */
  putEvent: (busName: string, event: unknown) => Promise<void>
  log: (line: string) => void
}

/** How a target is addressed in a template. */
export type TargetOptions = {
  arn: string
  groupId?: string
  deadLetterArn?: string
  maxRetries?: number
}

/** Sends deliveries to queues, functions and buses by their ARN. */
export class TargetSender {
  readonly #access: TargetAccess

  constructor(access: TargetAccess) {
    this.#access = access
  }

  /**
   * Sends with retries; resolves when the delivery is settled: taken by the target, or kept in the dead-letter queue, or
   * dropped (with a log line) where none is configured.
   */
  async deliver(target: TargetOptions, event: unknown, body: string): Promise<void> {
    const groupId = target.groupId === undefined ? undefined : textOrPath(target.groupId, event)
    const retries = Math.min(target.maxRetries ?? 185, 5)
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.send(target.arn, { body, groupId })
      } catch (error) {
        if (attempt < retries) {
          await delay(100 * 2 ** attempt)
          continue
        }
        this.#access.log(`delivery to ${target.arn} failed: ${String(error)}`)
        if (target.deadLetterArn === undefined) return
        const attributes = { TARGET_ARN: target.arn, ERROR_MESSAGE: String(error).slice(0, 200) }
        return await this.send(target.deadLetterArn, { body, attributes })
      }
    }
  }

  /** Sends once. Functions are invoked asynchronously: their own retries and destinations apply. */
  async send(arn: string, delivery: Delivery): Promise<void> {
    const service = arn.split(':')[2]
    if (service === 'sqs') return await this.#toQueue(arn, delivery)
    if (service === 'lambda') {
      const fn = this.#access.functions.get(functionNameOf(arn))
      if (fn === undefined) throw new Error(`target ${arn} is not a function of this stack`)
      return await fn.invokeAsync(delivery.body)
    }
    if (service === 'events') return await this.#access.putEvent(arn.split('/').at(-1)!, JSON.parse(delivery.body))
    if (service === 'logs' || service === 'sns') return this.#access.log(`${arn}: ${delivery.body}`)
    throw new Error(`targets of ${service} have no local counterpart: ${arn}`)
  }

  async #toQueue(arn: string, delivery: Delivery): Promise<void> {
    const [, , , , account, name] = arn.split(':')
    const fifo = name!.endsWith('.fifo')
    const attributes = Object.entries(delivery.attributes ?? {}).map(([key, value]) => [
      key,
      { DataType: 'String', StringValue: value },
    ])
    await this.#access.sqs.call('SendMessage', {
      QueueUrl: `${this.#access.sqsUrl}/${account}/${name}`,
      MessageBody: delivery.body,
      ...(attributes.length > 0 && { MessageAttributes: Object.fromEntries(attributes) }),
      ...(fifo && {
        MessageGroupId: delivery.groupId ?? randomUUID(),
        MessageDeduplicationId: delivery.deduplicationId ?? createHash('sha256').update(delivery.body).digest('hex'),
      }),
    })
  }
}
