import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PROJECTION, TABLES } from '#data/schema.ts'
import { makeTable, type Table } from '#data/table.ts'
import type { Clock } from '#kit/clock.ts'
import type { Context, Log } from '#kit/context.ts'
import { createTestContext, environmentOf, type TestContext } from '#local/aws/test-context.ts'

const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** The CloudFormation properties of a table, from the schema that infrastructure reads too. */
const tableProperties = (kind: keyof typeof TABLES): Record<string, unknown> => {
  const { local, global, stream } = TABLES[kind]
  const key = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ]
  const names = [
    'pk',
    'sk',
    ...local.map((index) => index.sortKey),
    ...global.flatMap((index) => [index.partitionKey, index.sortKey]),
  ]
  return {
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: key('pk', 'sk'),
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    ...(local.length > 0 && {
      LocalSecondaryIndexes: local.map((index) => ({
        IndexName: index.name,
        KeySchema: key('pk', index.sortKey),
        Projection: { ProjectionType: PROJECTION.local },
      })),
    }),
    ...(global.length > 0 && {
      GlobalSecondaryIndexes: global.map((index) => ({
        IndexName: index.name,
        KeySchema: key(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: PROJECTION.global },
      })),
    }),
    ...(stream && { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }),
  }
}

/** A clock that a test moves by hand. */
export type ManualClock = Clock & { advance: (ms: number) => void }

/** A clock that starts now and stands still until it is told otherwise. */
export const manualClock = (): ManualClock => {
  let nowMs = Date.now()
  let monotonicMs = 0
  return {
    nowMs: () => nowMs,
    monotonicMs: () => monotonicMs,
    advance: (ms) => {
      nowMs += ms
      monotonicMs += ms
    },
  }
}

/** What domain functions need, on tables of their own. */
export type DomainContext = Context & {
  clock: ManualClock
  session: Table
  stores: TestContext
  close: () => Promise<void>
}

/** A context for domain tests: fresh tables, a command queue and a media bucket on the run's emulators. */
export const domainContext = async (): Promise<DomainContext> => {
  const stores = await createTestContext({
    tables: { main: tableProperties('main'), session: tableProperties('session') },
    queues: {
      'commands-0.fifo': { FifoQueue: true },
      'deliveries.fifo': { FifoQueue: true },
      'mails.fifo': { FifoQueue: true },
    },
    buckets: { media: {} },
  })
  const table = (name: string): Table => makeTable(stores.dynamodb, stores.tables[name] ?? '')
  return {
    clock: manualClock(),
    log: quiet,
    main: table('main'),
    session: table('session'),
    stores,
    close: () => stores.cleanup(),
  }
}

/** Answers every request for a secret with the same one; resolves to the endpoint. It ends with the process. */
const startSecrets = async (): Promise<string> => {
  const server = createServer((_request, response) => {
    const SecretString = 'a-secret-of-the-test-run-that-is-long-enough'
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify({ SecretString }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/**
 * Points this process' environment at a context's stores, as infrastructure would for a function, so that code which reads
 * its resources from the environment runs unchanged.
 */
export const useAsEnvironment = async ({ stores }: DomainContext): Promise<void> => {
  Object.assign(process.env, environmentOf(stores.address), {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await startSecrets(),
    MAIN_TABLE: stores.tables.main,
    SESSION_TABLE: stores.tables.session,
    MEDIA_BUCKET: stores.buckets.media,
    COMMAND_QUEUE_URLS: stores.queues['commands-0.fifo'],
    DELIVERY_QUEUE_URL: stores.queues['deliveries.fifo'],
    MAIL_QUEUE_URL: stores.queues['mails.fifo'],
    PLATFORM_SECRET_ARN: 'platform-test',
    ENVIRONMENT: 'test',
    ALLOW_PRIVATE_TARGETS: 'true',
    SHARD_COUNT: '1',
    POWERTOOLS_DEV: 'false',
    POWERTOOLS_TRACE_ENABLED: 'false',
    LOG_LEVEL: 'SILENT',
  })
}
