import { randomBytes } from 'node:crypto'
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import { DeleteQueueCommand } from '@aws-sdk/client-sqs'
import { type EmulatorAddress, type StoreClients, storeClients } from './clients.ts'
import { type Emulators, startEmulators } from './emulators.ts'
import { provision } from './provision.ts'

/** What a test wants: CloudFormation properties by a name of its own choosing. */
export type TestResources = {
  tables?: Record<string, Record<string, unknown>>
  queues?: Record<string, Record<string, unknown>>
  buckets?: Record<string, Record<string, unknown>>
}

/** Stores of one test. */
export type TestContext = StoreClients & {
  /** Table names by the name the test chose. */
  tables: Record<string, string>
  /** Queue URLs by the name the test chose. */
  queues: Record<string, string>
  /** Bucket names by the name the test chose. */
  buckets: Record<string, string>
  address: EmulatorAddress
  /** Deletes what was made and ends the clients. */
  cleanup(): Promise<void>
}

const SHARED = 'SWITCHBOARD_TEST_EMULATORS'
let own: Promise<Emulators> | undefined

/**
 * For vitest's `globalSetup`: starts one set of emulators for the whole run, tells the workers through the environment,
 * and gives the function that stops it.
 */
export async function setupEmulators(): Promise<() => Promise<void>> {
  const emulators = await startEmulators()
  const { endpoints, region, credentials } = emulators
  Object.assign(process.env, environmentOf(emulators))
  process.env[SHARED] = JSON.stringify({ endpoints, region, credentials })
  return async () => {
    delete process.env[SHARED]
    await emulators.close()
  }
}

/** The environment variables under which an SDK client without options talks to the emulators. */
export function environmentOf(address: EmulatorAddress): Record<string, string> {
  return {
    ...address.endpoints,
    AWS_REGION: address.region,
    AWS_ACCESS_KEY_ID: address.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: address.credentials.secretAccessKey,
  }
}

/** Makes tables, queues and buckets with names no other test has, on the emulators of the run or of this process. */
export async function createTestContext(wanted: TestResources = {}): Promise<TestContext> {
  const { address, setCors } = await sharedEmulators()
  const suffix = randomBytes(5).toString('hex')
  const unique = (name: string) => `${name.toLowerCase()}-${suffix}`
  const queueName = (name: string, properties: Record<string, unknown>) =>
    `${unique(name.replace(/\.fifo$/, ''))}${properties.FifoQueue ? '.fifo' : ''}`
  const resourcesOf = (type: string, list: TestResources['tables'] = {}, nameFor = unique as typeof queueName) =>
    Object.entries(list).map(([logicalId, properties]) => ({
      logicalId,
      type,
      properties: withUniqueDeadLetterQueue(properties, suffix),
      name: nameFor(logicalId, properties),
    }))
  const tables = resourcesOf('AWS::DynamoDB::Table', wanted.tables)
  const queues = resourcesOf('AWS::SQS::Queue', wanted.queues, queueName)
  const buckets = resourcesOf('AWS::S3::Bucket', wanted.buckets)
  const made = await provision({ ...address, setCors }, [...tables, ...queues, ...buckets])
  const clients = storeClients(address)
  const named = (list: typeof tables, value: (name: string) => string) =>
    Object.fromEntries(list.map(({ logicalId, name }) => [logicalId, value(name)]))
  return {
    ...clients,
    address,
    tables: named(tables, (name) => name),
    queues: named(queues, (name) => made.queues.get(name)!),
    buckets: named(buckets, (name) => name),
    cleanup: async () => {
      await Promise.all([
        ...tables.map(({ name }) => clients.dynamodb.send(new DeleteTableCommand({ TableName: name }))),
        ...[...made.queues.values()].map((QueueUrl) => clients.sqs.send(new DeleteQueueCommand({ QueueUrl }))),
      ])
      clients.destroy()
    },
  }
}

/** A test names its dead letter queue by its own name for it; the queue has a unique one. */
function withUniqueDeadLetterQueue(properties: Record<string, unknown>, suffix: string): Record<string, unknown> {
  const policy = properties.RedrivePolicy
  if (!policy || typeof policy !== 'object' || !('deadLetterTargetArn' in policy)) return properties
  const arn = String(policy.deadLetterTargetArn)
  const unique = arn.replace(/^(.*:)?([^:]+?)(\.fifo)?$/, (_all, prefix = '', name: string, fifo = '') => {
    return `${prefix || 'arn:aws:sqs:us-east-1:000000000000:'}${name.toLowerCase()}-${suffix}${fifo}`
  })
  return { ...properties, RedrivePolicy: { ...policy, deadLetterTargetArn: unique } }
}

type Shared = { address: EmulatorAddress; setCors: Emulators['setCors'] }

async function sharedEmulators(): Promise<Shared> {
  const shared = process.env[SHARED]
  // Another process holds the buckets, so a test that needs CORS rules starts emulators of its own.
  if (shared) return { address: JSON.parse(shared) as EmulatorAddress, setCors: () => {} }
  own ??= startEmulators()
  const emulators = await own
  return { address: emulators, setCors: emulators.setCors }
}
