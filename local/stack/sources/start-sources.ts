import path from 'node:path'
import { z } from 'zod'
import type { JsonClient } from '../aws-calls/json-client.ts'
import type { EventBuses } from '../events/bus.ts'
import type { TargetSender } from '../events/targets.ts'
import { functionNameOf } from '../lambda/definition.ts'
import type { LambdaFunction } from '../lambda/lambda-function.ts'
import { partitionKeysOf } from '../template/partition-keys.ts'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'
import { Checkpoint } from './checkpoint.ts'
import { compileFilter, filterCriteriaSchema } from './filter.ts'
import { pipeHandler } from './pipe.ts'
import { pipeSchema } from './pipe-properties.ts'
import { QueueMapping } from './queue-mapping.ts'
import { streamMappingHandler } from './stream-mapping.ts'
import { type RecordHandler, StreamReader } from './stream-reader.ts'
import type { TableWrites } from './table-writes.ts'

/** What event sources need of the stack. */
export type SourceParts = {
  sqs: JsonClient
  streams: JsonClient
  dynamodb: JsonClient
  buses: EventBuses
  sender: TargetSender
  functions: ReadonlyMap<string, LambdaFunction>
  /** Folder of checkpoints; without it readers begin anew each time. */
  checkpointDir: string | undefined
  /** Notices writes to the tables, where that is possible. */
  writes?: TableWrites | undefined
  log: (line: string) => void
}

const mappingSchema = z.looseObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.union([z.boolean(), z.string()]).default(true),
  BatchSize: z.coerce.number().optional(),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  FunctionResponseTypes: z.array(z.string()).default([]),
  MaximumRetryAttempts: z.coerce.number().default(-1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  FilterCriteria: filterCriteriaSchema,
  ScalingConfig: z.looseObject({ MaximumConcurrency: z.coerce.number().optional() }).optional(),
  DestinationConfig: z
    .looseObject({ OnFailure: z.looseObject({ Destination: z.string().optional() }).optional() })
    .optional(),
})

/** Starts every event source mapping and pipe of an app; returns the function that stops them. */
export async function startSources(app: ResolvedApp, parts: SourceParts): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const queues: QueueMapping[] = []
  const readers: StreamReader[] = []
  for (const resource of app.ofType('AWS::Lambda::EventSourceMapping')) {
    const mapping = mappingSchema.parse(resource.properties)
    if (String(mapping.Enabled) === 'false') continue
    const fn = functionOf(parts, mapping.FunctionName)
    if (mapping.EventSourceArn.split(':')[2] === 'sqs') queues.push(queueMapping(app, parts, mapping, fn))
    else readers.push(streamMapping(resource, parts, mapping, fn, stopping.signal))
  }
  const partitionKeys = partitionKeysOf(app)
  for (const resource of app.ofType('AWS::Pipes::Pipe')) {
    const properties = pipeSchema.parse(resource.properties)
    if (properties.DesiredState === 'STOPPED') continue
    const { name, arn } = resource
    const enrichment = properties.Enrichment === undefined ? undefined : functionOf(parts, properties.Enrichment)
    const { buses, sender, log } = parts
    const partitionKey = partitionKeys[tableOf(resource, properties.Source)] ?? ''
    const shared = { buses, sender, log, enrichment, signal: stopping.signal }
    const handle = pipeHandler(properties, { name, arn, partitionKey, ...shared })
    readers.push(reader(resource, parts, { streamArn: properties.Source, windowMs: 0, handle }))
  }
  await Promise.all(readers.map((one) => one.start()))
  for (const queue of queues) queue.start()
  return async () => {
    stopping.abort()
    await Promise.all([...queues, ...readers].map((source) => source.stop()))
  }
}

type Mapping = z.infer<typeof mappingSchema>

function queueMapping(app: ResolvedApp, parts: SourceParts, mapping: Mapping, fn: LambdaFunction): QueueMapping {
  const queue = app.find(mapping.EventSourceArn, 'AWS::SQS::Queue')
  if (queue === undefined) throw new Error(`event source ${mapping.EventSourceArn} is not a queue of this app`)
  return new QueueMapping({
    queueArn: queue.arn,
    queueUrl: queue.ref,
    sqs: parts.sqs,
    fn,
    batchSize: mapping.BatchSize ?? 10,
    reportsFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    matches: compileFilter(mapping.FilterCriteria),
    region: app.local.region,
    maxConcurrency: mapping.ScalingConfig?.MaximumConcurrency,
    log: parts.log,
  })
}

function streamMapping(
  resource: ResolvedResource,
  parts: SourceParts,
  mapping: Mapping,
  fn: LambdaFunction,
  signal: AbortSignal,
): StreamReader {
  const handle = streamMappingHandler({
    fn,
    signal,
    sender: parts.sender,
    matches: compileFilter(mapping.FilterCriteria),
    batchSize: mapping.BatchSize ?? 100,
    reportsFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    bisects: mapping.BisectBatchOnFunctionError,
    maxRetries: mapping.MaximumRetryAttempts,
    onFailure: mapping.DestinationConfig?.OnFailure?.Destination,
  })
  const windowMs = mapping.MaximumBatchingWindowInSeconds * 1000
  return reader(resource, parts, { streamArn: mapping.EventSourceArn, windowMs, handle })
}

function reader(
  resource: ResolvedResource,
  parts: SourceParts,
  source: { streamArn: string; windowMs: number; handle: RecordHandler },
): StreamReader {
  const { checkpointDir, streams, dynamodb, log, writes } = parts
  const tableName = tableOf(resource, source.streamArn)
  // A batching window gathers records by polling that much later.
  const pace = source.windowMs > 0 ? { activeMs: source.windowMs, idleMs: source.windowMs } : { writes }
  return new StreamReader({
    tableName,
    streamArn: source.streamArn,
    streams,
    dynamodb,
    checkpoint: new Checkpoint(checkpointDir && path.join(checkpointDir, `${resource.name}.json`)),
    handle: source.handle,
    log,
    ...pace,
  })
}

function tableOf(resource: ResolvedResource, streamArn: string): string {
  const [, tableName] = /:table\/([^/]+)\/stream\//.exec(streamArn) ?? []
  if (tableName === undefined) throw new Error(`${resource.logicalId} reads ${streamArn}, which is no stream`)
  return tableName
}

function functionOf(parts: SourceParts, reference: string): LambdaFunction {
  const fn = parts.functions.get(functionNameOf(reference))
  if (fn === undefined) throw new Error(`event source for ${reference}, which is not a function of this app`)
  return fn
}
