import { join } from 'node:path'
import { loadAccessKey } from './credentials.ts'
import { startDynamoDb } from './dynamodb.ts'
import { type Endpoint, startEndpoint } from './endpoint.ts'
import { startQueuesAndBuckets } from './queues-and-buckets.ts'
import type { CorsRule } from './s3/cors.ts'
import type { AccessKey } from './s3/signature.ts'
import type { ServiceHandlers } from './services/handlers.ts'

/** How to start the emulated AWS services. */
export type EmulatorOptions = {
  /** Where all state is kept; absent means in memory. */
  dir?: string | undefined
  /** Folder that keeps mails handed to SES; without it none are taken. */
  mailDir?: string | undefined
  /** Fixed ports; any free one where absent. */
  ports?: Partial<Record<'dynamodb' | 'storage' | 'endpoint', number>> | undefined
  /** Services the host answers itself; more can be set on the result later. */
  handlers?: ServiceHandlers | undefined
  /** The Java executable for DynamoDB Local; `java` on the path unless given. */
  java?: string | undefined
  log?: ((line: string) => void) | undefined
}

/** The running services. */
export type Emulators = {
  /** Values of the SDK's environment variables that send its clients here. */
  endpoints: Record<string, string>
  region: string
  accountId: string
  credentials: AccessKey
  /** Folder of the tables; absent when they live in memory. */
  tablesDir: string | undefined
  /** Services the host answers; looked up at every call. */
  handlers: ServiceHandlers
  /** Keys, secrets and parameters, for whoever makes them from the template. */
  services: Pick<Endpoint, 'kms' | 'secrets' | 'parameters' | 'metricCalls'>
  /** Gives a bucket its CORS rules. */
  setCors(bucket: string, rules: CorsRule[]): void
  log: ((line: string) => void) | undefined
  close(): Promise<void>
}

const REGION = 'us-east-1'
/** Service names as the SDK writes them in its environment variables. */
const SMALL_SERVICES = [
  'KMS',
  'SECRETS_MANAGER',
  'SSM',
  'SESV2',
  'EVENTBRIDGE',
  'ECS',
  'LAMBDA',
  'CLOUDWATCH',
  'APIGATEWAYMANAGEMENTAPI',
]
const ACCOUNT_ID = '000000000000'

/** Starts every emulated service at once; when one fails, the others are stopped before the error is thrown. */
export async function startEmulators(options: EmulatorOptions = {}): Promise<Emulators> {
  const { dir, ports = {}, log } = options
  const credentials = loadAccessKey(dir && join(dir, 'access-key.json'))
  const tablesDir = dir && join(dir, 'dynamodb')
  const started = await Promise.allSettled([
    startDynamoDb({ dir: tablesDir, port: ports.dynamodb, java: options.java, log }),
    startQueuesAndBuckets({ dir, port: ports.storage, accessKey: credentials, accountId: ACCOUNT_ID, region: REGION }),
    startEndpoint({
      dir,
      mailDir: options.mailDir,
      port: ports.endpoint,
      handlers: options.handlers,
      accountId: ACCOUNT_ID,
      region: REGION,
    }),
  ])
  const close = async () => {
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)))
  }
  const [dynamodb, storage, endpoint] = started
  if (dynamodb.status === 'rejected' || storage.status === 'rejected' || endpoint.status === 'rejected') {
    await close()
    throw started.find((one) => one.status === 'rejected')?.reason
  }
  return {
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.value.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB_STREAMS: dynamodb.value.endpoint,
      AWS_ENDPOINT_URL_SQS: storage.value.endpoint,
      AWS_ENDPOINT_URL_S3: storage.value.endpoint,
      ...Object.fromEntries(SMALL_SERVICES.map((name) => [`AWS_ENDPOINT_URL_${name}`, endpoint.value.endpoint])),
    },
    region: REGION,
    accountId: ACCOUNT_ID,
    credentials,
    tablesDir,
    handlers: endpoint.value.handlers,
    services: endpoint.value,
    setCors: storage.value.setCors,
    log,
    close,
  }
}
