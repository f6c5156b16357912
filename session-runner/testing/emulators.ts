import { randomBytes } from 'node:crypto'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { TABLES } from '#data/schema.ts'
import { makeTable, type Table } from '#data/table.ts'
import { startDynamoDb } from '#local/aws/dynamodb.ts'
import { startQueuesAndBuckets } from '#local/aws/queues-and-buckets.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const region = 'us-east-1'

/** Emulators of one test file, with clients. */
export type Emulators = {
  dynamodb: DynamoDBClient
  dynamodbEndpoint: string
  awsEndpoint: string
  sqs: SQSClient
  s3: S3Client
  bucket: string
  /** A fresh pair of tables. */
  tables: () => Promise<{ main: Table; session: Table }>
  /** Fresh command queues, one per shard. */
  queues: (count: number) => Promise<string[]>
  close: () => Promise<void>
}

const createTable = async (client: DynamoDBClient, name: string, kind: keyof typeof TABLES): Promise<Table> => {
  const { local, global } = TABLES[kind]
  const keys = [
    ...local.map((index) => index.sortKey),
    ...global.flatMap((index) => [index.partitionKey, index.sortKey]),
  ]
  const key = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ]
  const all = { Projection: { ProjectionType: 'ALL' as const } }
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', ...keys].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: key('pk', 'sk'),
      LocalSecondaryIndexes:
        local.length > 0
          ? local.map((index) => ({ IndexName: index.name, KeySchema: key('pk', index.sortKey), ...all }))
          : undefined,
      GlobalSecondaryIndexes:
        global.length > 0
          ? global.map((index) => ({
              IndexName: index.name,
              KeySchema: key(index.partitionKey, index.sortKey),
              Projection: { ProjectionType: 'KEYS_ONLY' },
            }))
          : undefined,
    }),
  )
  return makeTable(client, name)
}

/** Starts DynamoDB Local and the queue and bucket emulator. */
export const startEmulators = async (): Promise<Emulators> => {
  const [store, aws] = await Promise.all([
    startDynamoDb(),
    startQueuesAndBuckets({ accessKey: credentials, accountId: '000000000000', region }),
  ])
  const dynamodb = new DynamoDBClient({ endpoint: store.endpoint, region, credentials, maxAttempts: 5 })
  const awsEndpoint = aws.endpoint
  const sqs = new SQSClient({ endpoint: awsEndpoint, region, credentials, md5: false })
  const s3 = new S3Client({ endpoint: awsEndpoint, region, credentials, forcePathStyle: true })
  const bucket = `media-${randomBytes(4).toString('hex')}`
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const createQueue = async (QueueName: string): Promise<string> => {
    const made = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }))
    return made.QueueUrl ?? ''
  }
  return {
    dynamodb,
    dynamodbEndpoint: store.endpoint,
    awsEndpoint,
    sqs,
    s3,
    bucket,
    tables: async () => {
      const name = randomBytes(6).toString('hex')
      const [main, session] = await Promise.all([
        createTable(dynamodb, `main-${name}`, 'main'),
        createTable(dynamodb, `session-${name}`, 'session'),
      ])
      return { main, session }
    },
    queues: (count) => {
      const name = randomBytes(6).toString('hex')
      return Promise.all(Array.from({ length: count }, (_, shard) => createQueue(`commands-${name}-${shard}.fifo`)))
    },
    close: async () => {
      await Promise.all([store.close(), aws.close()])
    },
  }
}
