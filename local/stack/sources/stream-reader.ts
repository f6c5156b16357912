import { setTimeout as delay } from 'node:timers/promises'
import { AwsCallError, type JsonClient } from '../aws-calls/json-client.ts'
import type { Checkpoint } from './checkpoint.ts'
import { restoreEmptyCollections } from './empty-collections.ts'
import { type PaceOptions, ReadingPace } from './reading-pace.ts'

/** A record of a table's stream in the form Lambda and Pipes see it. */
export type StreamRecord = {
  eventID: string
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  eventSource: 'aws:dynamodb'
  eventSourceARN: string
  dynamodb: { SequenceNumber: string } & Record<string, unknown>
} & Record<string, unknown>

/**
 * Handles records in order. The returned promise resolves when the next records may come; `settled` when these need
 * never be read again.
 */
export type RecordHandler = (records: StreamRecord[]) => Promise<{ settled: Promise<void> }>

/** How a stream is read. */
export type StreamReaderOptions = {
  tableName: string
  /** ARN the records name as their source. */
  streamArn: string
  streams: JsonClient
  dynamodb: JsonClient
  checkpoint: Checkpoint
  handle: RecordHandler
  log: (line: string) => void
} & PaceOptions

type Shard = { ShardId: string; ParentShardId?: string }
type Described = { StreamDescription: { Shards: Shard[]; LastEvaluatedShardId?: string } }
type Records = { Records: StreamRecord[]; NextShardIterator?: string }

const withTypes = (record: StreamRecord): StreamRecord => {
  const { NewImage } = record.dynamodb
  if (!NewImage) return record
  const restored = restoreEmptyCollections(NewImage) as typeof NewImage
  return { ...record, dynamodb: { ...record.dynamodb, NewImage: restored } }
}

/** Records asked for at once; handlers make batches of them. */
const PAGE_SIZE = 1000

const STALE_ITERATOR = new Set(['TrimmedDataAccessException', 'ExpiredIteratorException'])

/** How often the list of shards is looked up when nothing else asks for it. */
const SHARDS_EVERY_MS = 10_000

/** Reads a table's stream shard by shard, parents before children, at least once each record. */
export class StreamReader {
  readonly #options: StreamReaderOptions
  readonly #finished = new Set<string>()
  /** How far this process has read; the checkpoint follows when those records are settled. */
  readonly #handled = new Map<string, string>()
  readonly #reading = new Map<string, Promise<void>>()
  readonly #abort = new AbortController()
  #label = ''
  #loop: Promise<void> | undefined

  constructor(options: StreamReaderOptions) {
    this.#options = options
  }

  /** Starts reading; throws when the table has no stream. */
  async start(): Promise<void> {
    const { dynamodb, tableName } = this.#options
    const table = await dynamodb.call<{ Table: { LatestStreamArn?: string } }>('DescribeTable', {
      TableName: tableName,
    })
    if (table.Table.LatestStreamArn === undefined) throw new Error(`table ${tableName} has no stream to read`)
    this.#label = table.Table.LatestStreamArn
    this.#loop = this.#watchShards()
  }

  /** Stops reading once the batch under way is handled, and saves the checkpoint. */
  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#loop
    await Promise.allSettled(this.#reading.values())
    this.#options.checkpoint.save()
  }

  async #watchShards(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      try {
        await this.#startShards()
        await Promise.race([this.#wait(SHARDS_EVERY_MS), ...this.#reading.values()])
      } catch (error) {
        if (!this.#abort.signal.aborted) this.#options.log(`stream of ${this.#options.tableName}: ${String(error)}`)
        await this.#wait(500)
      }
    }
  }

  async #startShards(): Promise<void> {
    const { checkpoint } = this.#options
    const shards = await this.#listShards()
    const known = new Set(shards.map((shard) => shard.ShardId))
    checkpoint.keepOnly(known)
    for (const { ShardId: shard, ParentShardId: parent } of shards) {
      const waits = parent !== undefined && known.has(parent) && !this.#finished.has(parent)
      if (waits || this.#finished.has(shard) || this.#reading.has(shard)) continue
      this.#reading.set(
        shard,
        this.#readShard(shard).finally(() => this.#reading.delete(shard)),
      )
    }
  }

  async #listShards(): Promise<Shard[]> {
    const shards: Shard[] = []
    let after: string | undefined
    do {
      const input = { StreamArn: this.#label, ...(after !== undefined && { ExclusiveStartShardId: after }) }
      const page = await this.#options.streams.call<Described>('DescribeStream', input, this.#abort.signal)
      shards.push(...page.StreamDescription.Shards)
      after = page.StreamDescription.LastEvaluatedShardId
    } while (after !== undefined)
    return shards
  }

  async #readShard(shard: string): Promise<void> {
    const { streams, log, tableName } = this.#options
    let iterator = await this.#iteratorFor(shard)
    const pace = new ReadingPace(this.#options)
    while (!this.#abort.signal.aborted) {
      try {
        pace.reads()
        const page = await streams.call<Records>('GetRecords', { ShardIterator: iterator, Limit: PAGE_SIZE })
        if (page.Records.length > 0) {
          pace.found()
          await this.#handle(shard, page.Records.map(withTypes))
        }
        if (page.NextShardIterator === undefined) {
          this.#finished.add(shard)
          return
        }
        iterator = page.NextShardIterator
        if (page.Records.length < PAGE_SIZE) await pace.rest(this.#abort.signal)
      } catch (error) {
        if (this.#abort.signal.aborted) return
        // An iterator that has outlived its place is replaced; that is no failure of the stream.
        const stale = error instanceof AwsCallError && STALE_ITERATOR.has(error.code)
        if (!stale) log(`stream of ${tableName}: ${String(error)}`)
        await this.#wait(stale ? 10 : 500)
        iterator = await this.#iteratorFor(shard)
      }
    }
  }

  async #handle(shard: string, records: StreamRecord[]): Promise<void> {
    const { streamArn, checkpoint, handle } = this.#options
    const { settled } = await handle(records.map((record) => ({ ...record, eventSourceARN: streamArn })))
    const sequence = records.at(-1)!.dynamodb.SequenceNumber
    this.#handled.set(shard, sequence)
    this.#outstanding = this.#outstanding
      .then(() => settled)
      .then(
        () => checkpoint.set(shard, sequence),
        () => {},
      )
  }

  /** Checkpoints move in reading order: never past a batch that is not settled yet. */
  #outstanding: Promise<void> = Promise.resolve()

  async #iteratorFor(shard: string): Promise<string> {
    const { streams, checkpoint } = this.#options
    const sequence = this.#handled.get(shard) ?? checkpoint.get(shard)
    const ask = async (position: Record<string, string>) => {
      const input = { StreamArn: this.#label, ShardId: shard, ...position }
      return (await streams.call<{ ShardIterator: string }>('GetShardIterator', input)).ShardIterator
    }
    if (sequence === undefined) return await ask({ ShardIteratorType: 'TRIM_HORIZON' })
    try {
      return await ask({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequence })
    } catch (error) {
      // The position was trimmed after a day: what is left begins at the horizon.
      if (error instanceof AwsCallError && error.code === 'TrimmedDataAccessException') {
        return await ask({ ShardIteratorType: 'TRIM_HORIZON' })
      }
      throw error
    }
  }

  async #wait(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#abort.signal }).catch(() => {})
  }
}
