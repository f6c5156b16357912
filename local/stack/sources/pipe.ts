import { setTimeout as delay } from 'node:timers/promises'
import type { EventBuses, PutEntry } from '../events/bus.ts'
import { fillTemplate } from '../events/input-template.ts'
import { textOrPath, valueAt } from '../events/json-path.ts'
import type { TargetSender } from '../events/targets.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import { compileFilter } from './filter.ts'
import { type PipeProperties, streamParameters } from './pipe-properties.ts'
import type { RecordHandler, StreamRecord } from './stream-reader.ts'

/** What a pipe reaches its target through. */
export type PipeParts = {
  name: string
  arn: string
  /** Attribute whose value says which records keep their order: the partition key of the stream's table. */
  partitionKey: string
  buses: EventBuses
  sender: TargetSender
  enrichment: LambdaFunction | undefined
  signal: AbortSignal
  log: (line: string) => void
}

type Settled = { settled: Promise<void> }

/** The handler that takes stream records through a pipe: filter, enrichment, input template, target. */
export function pipeHandler(properties: PipeProperties, parts: PipeParts): RecordHandler {
  const matches = compileFilter(properties.SourceParameters?.FilterCriteria)
  const { BatchSize: size, ParallelizationFactor: lanes } = streamParameters(properties)
  return async (records) => {
    const wanted = records.filter(matches)
    const settled: Promise<void>[] = []
    const inBatches = async (lane: StreamRecord[]) => {
      for (let at = 0; at < lane.length; at += size) {
        settled.push((await takeBatch(properties, parts, lane.slice(at, at + size))).settled)
      }
    }
    // What fits into one batch is one; more goes in lanes side by side, all items of a partition always in the same.
    if (wanted.length <= size) await inBatches(wanted)
    else await Promise.all(byLane(wanted, lanes, parts.partitionKey).map(inBatches))
    return { settled: Promise.all(settled).then(() => {}) }
  }
}

function byLane(records: StreamRecord[], count: number, partitionKey: string): StreamRecord[][] {
  const lanes: StreamRecord[][] = Array.from({ length: count }, () => [])
  for (const record of records) {
    const key = JSON.stringify((record.dynamodb.Keys as Record<string, unknown> | undefined)?.[partitionKey] ?? '')
    let hash = 0
    for (let at = 0; at < key.length; at += 1) hash = (hash * 31 + key.charCodeAt(at)) | 0
    lanes[Math.abs(hash) % count]!.push(record)
  }
  return lanes.filter((lane) => lane.length > 0)
}

/**
 * Takes a batch to the target. A batch that fails is halved where the pipe says so, and a record that keeps failing goes
 * to the dead-letter queue when its attempts or its age are used up.
 */
async function takeBatch(properties: PipeProperties, parts: PipeParts, records: StreamRecord[]): Promise<Settled> {
  const { signal, log, name } = parts
  const options = streamParameters(properties)
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      const events = await enrich(properties, parts, records)
      return events.length === 0 ? { settled: Promise.resolve() } : await toTarget(properties, parts, events)
    } catch (error) {
      log(`pipe ${name}: ${String(error)}`)
      if (options.OnPartialBatchItemFailure === 'AUTOMATIC_BISECT' && records.length > 1) {
        const middle = Math.ceil(records.length / 2)
        const first = await takeBatch(properties, parts, records.slice(0, middle))
        const second = await takeBatch(properties, parts, records.slice(middle))
        return { settled: Promise.all([first.settled, second.settled]).then(() => {}) }
      }
      if (isUsedUp(options, attempt, records)) return await giveUp(options.DeadLetterConfig?.Arn, parts, records)
      await delay(Math.min(100 * 2 ** attempt, 10_000), undefined, { signal }).catch(() => {})
    }
  }
  const settled = Promise.reject(new Error('stopped'))
  settled.catch(() => {})
  return { settled }
}

type StreamParameters = ReturnType<typeof streamParameters>

function isUsedUp(options: StreamParameters, attempt: number, records: StreamRecord[]): boolean {
  const { MaximumRetryAttempts: retries, MaximumRecordAgeInSeconds: ageSeconds } = options
  if (retries !== -1 && attempt >= retries) return true
  const createdSeconds = Number(records[0]!.dynamodb.ApproximateCreationDateTime ?? 0)
  return ageSeconds !== -1 && Date.now() / 1000 - createdSeconds > ageSeconds
}

async function giveUp(deadLetterArn: string | undefined, parts: PipeParts, records: StreamRecord[]): Promise<Settled> {
  parts.log(`pipe ${parts.name}: gave up ${records.length} records`)
  const body = JSON.stringify({
    context: { partnerResourceArn: parts.arn, condition: 'RetryAttemptsExhausted' },
    streamArn: records[0]!.eventSourceARN,
    startSequenceNumber: records[0]!.dynamodb.SequenceNumber,
    endSequenceNumber: records.at(-1)!.dynamodb.SequenceNumber,
    batchSize: records.length,
  })
  if (deadLetterArn !== undefined) await parts.sender.send(deadLetterArn, { body })
  return { settled: Promise.resolve() }
}

async function enrich(properties: PipeProperties, parts: PipeParts, records: StreamRecord[]): Promise<unknown[]> {
  if (parts.enrichment === undefined) return records
  const template = properties.EnrichmentParameters?.InputTemplate
  const inputs = records.map((record) => JSON.parse(transform(template, parts, record)) as unknown)
  const answer = await parts.enrichment.invoke(JSON.stringify(inputs))
  const value: unknown = answer === undefined ? [] : JSON.parse(answer)
  return Array.isArray(value) ? value : [value]
}

async function toTarget(properties: PipeProperties, parts: PipeParts, events: unknown[]) {
  const target = properties.TargetParameters
  const bodies = events.map((event) => ({ event, body: transform(target?.InputTemplate, parts, event) }))
  if (properties.Target.split(':')[2] === 'events') {
    const { results, settled } = parts.buses.put(bodies.map(({ event, body }) => busEntry(properties, event, body)))
    const refused = results.find((result) => 'ErrorCode' in result)
    if (refused !== undefined) parts.log(`pipe ${parts.name}: ${JSON.stringify(refused)}`)
    return { settled }
  }
  const queue = target?.SqsQueueParameters
  for (const { event, body } of bodies) {
    await parts.sender.send(properties.Target, {
      body,
      groupId: queue?.MessageGroupId && textOrPath(queue.MessageGroupId, event),
      deduplicationId: queue?.MessageDeduplicationId && textOrPath(queue.MessageDeduplicationId, event),
    })
  }
  return { settled: Promise.resolve() }
}

function busEntry(properties: PipeProperties, event: unknown, body: string): PutEntry {
  const options = properties.TargetParameters?.EventBridgeEventBusParameters
  return {
    EventBusName: properties.Target,
    DetailType: textOrPath(options?.DetailType ?? 'Event from aws:dynamodb', event),
    Source: textOrPath(options?.Source ?? 'Pipe', event),
    Resources: options?.Resources?.map((resource) => textOrPath(resource, event)),
    Time: options?.Time && textOrPath(options.Time, event),
    Detail: body,
  }
}

function transform(template: string | undefined, parts: PipeParts, event: unknown): string {
  if (template === undefined) return JSON.stringify(event)
  const reserved: Record<string, unknown> = {
    'aws.pipes.pipe-arn': parts.arn,
    'aws.pipes.pipe-name': parts.name,
    'aws.pipes.event': event,
    'aws.pipes.event.json': event,
    'aws.pipes.event.ingestion-time': new Date().toISOString(),
  }
  return fillTemplate(template, (name) => (name.startsWith('$') ? valueAt(name, event) : reserved[name]))
}
