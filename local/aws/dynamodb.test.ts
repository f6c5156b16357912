import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterEach, expect, test } from 'vitest'
import { type DynamoDb, startDynamoDb } from './dynamodb.ts'

const opened: { close(): unknown }[] = []

async function start(dir?: string): Promise<DynamoDb> {
  const db = await startDynamoDb({ dir })
  opened.push(db)
  return db
}

function clientOf(db: { endpoint: string }): DynamoDBClient {
  const credentials = { accessKeyId: 'LOCAL', secretAccessKey: 'local' }
  const client = new DynamoDBClient({ endpoint: db.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  opened.push({ close: () => client.destroy() })
  return client
}

const put = (client: DynamoDBClient, id: string) =>
  client.send(new PutItemCommand({ TableName: 'items', Item: { pk: { S: id } } }))

const createTable = (client: DynamoDBClient) =>
  client.send(
    new CreateTableCommand({
      TableName: 'items',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  )

type StreamAnswer = {
  StreamDescription: { Shards: { ShardId: string }[] }
  ShardIterator: string
  Records: { dynamodb: { Keys: { pk: { S: string } }; SequenceNumber: string } }[]
}

/** The streams API by hand: its SDK client is not among the dependencies. */
async function streams(db: DynamoDb, action: string, body: object): Promise<StreamAnswer> {
  const response = await fetch(db.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${action}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=LOCAL/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as StreamAnswer
}

/** Keys and sequence numbers of what the stream holds, from its start or after a checkpoint. */
async function recordsOf(db: DynamoDb, after?: string): Promise<[key: string, sequence: string][]> {
  const table = await clientOf(db).send(new DescribeTableCommand({ TableName: 'items' }))
  const StreamArn = table.Table?.LatestStreamArn
  const { StreamDescription } = await streams(db, 'DescribeStream', { StreamArn })
  const from = after
    ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }
    : { ShardIteratorType: 'TRIM_HORIZON' }
  const ShardId = StreamDescription.Shards[0]?.ShardId
  const { ShardIterator } = await streams(db, 'GetShardIterator', { StreamArn, ShardId, ...from })
  const { Records } = await streams(db, 'GetRecords', { ShardIterator })
  return Records.map(({ dynamodb }) => [dynamodb.Keys.pk.S, dynamodb.SequenceNumber])
}

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

test('on disk, items and stream records survive a kill, and a stream goes on after its checkpoint', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dynamodb-'))
  opened.push({ close: () => rmSync(dir, { recursive: true, force: true }) })
  const first = await start(dir)
  const before = clientOf(first)
  await createTable(before)
  await put(before, 'a')
  await put(before, 'b')
  const [[, checkpoint]] = (await recordsOf(first)) as [[string, string]]
  process.kill(-first.pid, 'SIGKILL')

  const second = await start(dir)
  const after = clientOf(second)
  const found = await after.send(new GetItemCommand({ TableName: 'items', Key: { pk: { S: 'b' } } }))
  expect(found.Item).toBeDefined()
  await put(after, 'c')
  expect((await recordsOf(second)).map(([key]) => key)).toEqual(['a', 'b', 'c'])
  expect((await recordsOf(second, checkpoint)).map(([key]) => key)).toEqual(['b', 'c'])
})

test('Java ends when the process that started it is killed', async () => {
  const script = `
    const { startDynamoDb } = await import(${JSON.stringify(new URL('./dynamodb.ts', import.meta.url).href)})
    console.log((await startDynamoDb()).endpoint)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  opened.push({ close: () => child.kill('SIGKILL') })
  let endpoint = ''
  for await (const line of createInterface({ input: child.stdout })) {
    endpoint = line
    break
  }
  const answers = () =>
    fetch(endpoint).then(
      () => true,
      () => false,
    )
  expect(await answers()).toBe(true)
  child.kill('SIGKILL')
  await expect.poll(answers, { timeout: 5_000 }).toBe(false)
})

test('says in one line that Java is missing', async () => {
  const starting = startDynamoDb({ java: '/nowhere/java' })
  await expect(starting).rejects.toThrow(/^Java 17 or later is needed to run DynamoDB Local; .*$/)
})
