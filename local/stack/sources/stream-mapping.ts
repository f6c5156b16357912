import { setTimeout as delay } from 'node:timers/promises'
import type { EventMatcher } from '../events/pattern.ts'
import type { TargetSender } from '../events/targets.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import { failedItems } from './batch-response.ts'
import type { RecordHandler, StreamRecord } from './stream-reader.ts'

/** An event source mapping of a table's stream. */
export type StreamMappingOptions = {
  fn: LambdaFunction
  sender: TargetSender
  matches: EventMatcher
  batchSize: number
  reportsFailures: boolean
  bisects: boolean
  /** Attempts after the first; -1 for as long as it takes. */
  maxRetries: number
  onFailure: string | undefined
  /** Ends retries when the stack stops. */
  signal: AbortSignal
}

/**
 * The handler that feeds a stream's records to a function in order: a failed batch is tried again from the first failed
 * record (in halves, if so configured) until the retries are used up, then reported to the failure destination.
 */
export function streamMappingHandler(options: StreamMappingOptions): RecordHandler {
  return async (records) => {
    const wanted = records.filter(options.matches)
    for (let at = 0; at < wanted.length; at += options.batchSize) {
      await handleBatch(options, wanted.slice(at, at + options.batchSize), 0)
    }
    return { settled: options.signal.aborted ? Promise.reject(new Error('stopped')) : Promise.resolve() }
  }
}

async function handleBatch(options: StreamMappingOptions, records: StreamRecord[], attempts: number): Promise<void> {
  let rest = records
  for (let attempt = attempts; !options.signal.aborted; attempt += 1) {
    const failedAt = await tryBatch(options, rest)
    if (failedAt === undefined) return
    rest = rest.slice(failedAt)
    if (options.maxRetries !== -1 && attempt >= options.maxRetries) return await giveUp(options, rest)
    if (options.bisects && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2)
      await handleBatch(options, rest.slice(0, middle), attempt + 1)
      return await handleBatch(options, rest.slice(middle), attempt + 1)
    }
    await delay(Math.min(200 * 2 ** attempt, 10_000), undefined, { signal: options.signal }).catch(() => {})
  }
}

/** Index of the first record that failed; undefined when all were handled. */
async function tryBatch(options: StreamMappingOptions, records: StreamRecord[]): Promise<number | undefined> {
  try {
    const answer = await options.fn.invoke(JSON.stringify({ Records: records }))
    if (!options.reportsFailures) return undefined
    const failed = failedItems(answer, new Set(records.map((record) => record.dynamodb.SequenceNumber)))
    if (failed === undefined) return 0
    const index = records.findIndex((record) => failed.has(record.dynamodb.SequenceNumber))
    return index === -1 ? undefined : index
  } catch {
    return 0
  }
}

async function giveUp(options: StreamMappingOptions, records: StreamRecord[]): Promise<void> {
  if (options.onFailure === undefined) return
  const info = {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: { functionArn: options.fn.definition.arn, condition: 'RetryAttemptsExhausted' },
    DDBStreamBatchInfo: {
      streamArn: records[0]!.eventSourceARN,
      startSequenceNumber: records[0]!.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)!.dynamodb.SequenceNumber,
      batchSize: records.length,
    },
  }
  await options.sender.send(options.onFailure, { body: JSON.stringify(info) })
}
