import { type EmulatorAddress, storeClients } from './clients.ts'
import type { Emulators } from './emulators.ts'
import { provisionBucket } from './provision/bucket.ts'
import { provisionQueue } from './provision/queue.ts'
import { provisionService } from './provision/services.ts'
import { type ProvisionedTable, provisionTable } from './provision/table.ts'
import type { CorsRule } from './s3/cors.ts'

/** A CloudFormation resource whose properties hold no more intrinsic functions. */
export type ResolvedResource = {
  logicalId: string
  type: string
  properties: Record<string, unknown>
  /** The physical name; else the one in the properties, else the logical id. */
  name?: string
  arn?: string
}

/** What was made, by physical name. */
export type Provisioned = {
  tables: Map<string, ProvisionedTable>
  /** Queue name to queue URL. */
  queues: Map<string, string>
  buckets: string[]
}

type Target = EmulatorAddress & {
  setCors(bucket: string, rules: CorsRule[]): void
  log?: ((line: string) => void) | undefined
  /** Absent where another process holds them; then keys, secrets and parameters are passed over. */
  services?: Emulators['services']
}

const TABLES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable']

/**
 * Makes or updates the tables, queues, buckets, keys, secrets and parameters among the resources; other types are passed
 * over. Running it again on
 * the same state changes nothing.
 */
export async function provision(target: Target, resources: ResolvedResource[]): Promise<Provisioned> {
  const clients = storeClients(target)
  const result: Provisioned = { tables: new Map(), queues: new Map(), buckets: [] }
  const work = resources.map(async (resource) => {
    const { type, properties } = resource
    const name = nameOf(resource)
    try {
      if (TABLES.includes(type)) result.tables.set(name, await provisionTable(clients.dynamodb, name, properties))
      if (type === 'AWS::SQS::Queue') result.queues.set(name, await provisionQueue(clients.sqs, name, properties))
      if (type === 'AWS::S3::Bucket') {
        await provisionBucket(clients.s3, name, properties, target)
        result.buckets.push(name)
      }
      if (target.services) provisionService(target.services, { ...resource, name })
    } catch (cause) {
      throw new Error(`${type} ${resource.logicalId} could not be made locally: ${messageOf(cause)}`, { cause })
    }
  })
  try {
    await Promise.all(work)
  } finally {
    await Promise.allSettled(work)
    clients.destroy()
  }
  return result
}

function nameOf(resource: ResolvedResource): string {
  const { name, properties, logicalId, type } = resource
  const given = name ?? properties.TableName ?? properties.QueueName ?? properties.BucketName ?? properties.Name
  if (typeof given === 'string') return given
  return type === 'AWS::S3::Bucket' ? logicalId.toLowerCase() : logicalId
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))
