import { describe, expect, it } from 'vitest'
import type { EventBuses, PutEntry } from '../events/bus.ts'
import type { TargetSender } from '../events/targets.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import { pipeHandler } from './pipe.ts'
import { pipeSchema } from './pipe-properties.ts'
import type { StreamRecord } from './stream-reader.ts'

const record = (n: number, key = `k${n}`): StreamRecord => ({
  eventID: String(n),
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  eventSourceARN: 'arn:stream',
  dynamodb: {
    SequenceNumber: String(n),
    Keys: { sk: { S: String(n) }, pk: { S: key } },
    NewImage: { n: { N: String(n) } },
  },
})

/** A pipe whose enrichment fails while a batch holds a number that is in `bad`. */
function make(bad: Set<number>, options: Record<string, unknown> = {}) {
  const batches: number[][] = []
  const entries: PutEntry[] = []
  const dead: string[] = []
  const numbersOf = (payload: string) =>
    (JSON.parse(payload) as StreamRecord[]).map((one) => Number((one.dynamodb.NewImage as { n: { N: string } }).n.N))
  const enrichment = {
    invoke: async (payload: string) => {
      const numbers = numbersOf(payload)
      batches.push(numbers)
      if (numbers.some((n) => bad.has(n))) throw new Error('cannot')
      return JSON.stringify(numbers.map((n) => ({ detailType: 'made', detail: { n } })))
    },
  } as unknown as LambdaFunction
  const put = (list: PutEntry[]) => {
    entries.push(...list)
    return { results: list.map(() => ({ EventId: '1' })), settled: Promise.resolve() }
  }
  const send = async (_arn: string, { body }: { body: string }) => void dead.push(body)
  const properties = pipeSchema.parse({
    Source: 'arn:stream',
    Target: 'arn:aws:events:r:1:event-bus/b',
    SourceParameters: { DynamoDBStreamParameters: { BatchSize: 4, ...options } },
    TargetParameters: {
      InputTemplate: '<$.detail>',
      EventBridgeEventBusParameters: { Source: 'test', DetailType: '$.detailType' },
    },
  })
  const handle = pipeHandler(properties, {
    name: 'p',
    arn: 'arn:pipe',
    partitionKey: 'pk',
    buses: { put } as unknown as EventBuses,
    sender: { send } as unknown as TargetSender,
    enrichment,
    signal: new AbortController().signal,
    log: () => {},
  })
  const details = () => entries.map(({ Detail }) => (JSON.parse(Detail!) as { n: number }).n)
  return { handle, batches, entries, dead, details }
}

describe('a pipe', () => {
  it('enriches a batch and puts what comes back on the bus', async () => {
    const { handle, entries } = make(new Set())
    await (await handle([record(1), record(2)])).settled
    expect(entries).toMatchObject([
      { Source: 'test', DetailType: 'made', Detail: '{"n":1}' },
      { Source: 'test', DetailType: 'made', Detail: '{"n":2}' },
    ])
  })

  it('halves a failing batch and notes the record that keeps failing in the dead-letter queue', async () => {
    const options = {
      OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
      MaximumRetryAttempts: 1,
      DeadLetterConfig: { Arn: 'arn:aws:sqs:r:1:dead' },
    }
    const { handle, batches, dead, details } = make(new Set([3]), options)
    await (await handle([record(1), record(2), record(3), record(4)])).settled
    expect(details()).toEqual([1, 2, 4])
    expect(batches).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [4]])
    expect(dead.map((body) => JSON.parse(body) as unknown)).toMatchObject([{ startSequenceNumber: '3', batchSize: 1 }])
  })

  it('takes more than a batch in lanes, and keeps the order of each partition, however its items name their keys', async () => {
    const { handle, batches, details } = make(new Set(), { ParallelizationFactor: 3 })
    const records = Array.from({ length: 24 }, (_, n) => record(n, `k${n % 5}`))
    await (await handle(records)).settled
    expect([...details()].sort((a, b) => a - b)).toEqual(records.map((_, n) => n))
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(4)
    for (let key = 0; key < 5; key += 1) {
      const mine = details().filter((n) => n % 5 === key)
      expect(mine).toEqual([...mine].sort((a, b) => a - b))
    }
  })
})
