import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeTableCommand, DescribeTimeToLiveCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { storeClients } from './clients.ts'
import { startEmulators } from './emulators.ts'
import { provision } from './provision.ts'

const tableResource = (indexes: string[]) => ({
  logicalId: 'Items',
  type: 'AWS::DynamoDB::Table',
  name: 'items',
  properties: {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: ['pk', ...indexes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: indexes.map((name) => ({
      IndexName: `by-${name}`,
      KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    })),
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    BillingMode: 'PAY_PER_REQUEST',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  },
})

const others = (visibility: number) => [
  {
    logicalId: 'Work',
    type: 'AWS::SQS::Queue',
    name: 'work.fifo',
    properties: {
      FifoQueue: true,
      VisibilityTimeout: visibility,
      RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead.fifo', maxReceiveCount: 3 },
    },
  },
  { logicalId: 'Dead', type: 'AWS::SQS::Queue', name: 'dead.fifo', properties: { FifoQueue: true } },
  { logicalId: 'Media', type: 'AWS::S3::Bucket', name: 'media', properties: { LifecycleConfiguration: {} } },
  {
    logicalId: 'Secret',
    type: 'AWS::SecretsManager::Secret',
    name: 'secret',
    arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:secret-abcdef',
    properties: { GenerateSecretString: { PasswordLength: 20 } },
  },
  { logicalId: 'Alarm', type: 'AWS::CloudWatch::Alarm', properties: {} },
]

test('a second start with changed templates keeps what is there and changes what differs', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'provision-'))
  const log: string[] = []
  const secretOf = async (emulators: Awaited<ReturnType<typeof startEmulators>>) => {
    const endpoint = emulators.endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER
    const client = new SecretsManagerClient({ ...emulators, endpoint })
    return (await client.send(new GetSecretValueCommand({ SecretId: 'secret' }))).SecretString
  }
  const first = await startEmulators({ dir })
  await provision({ ...first, log: (line) => log.push(line) }, [tableResource(['kind', 'owner']), ...others(10)])
  expect(log).toEqual([
    'bucket media: LifecycleConfiguration is ignored: objects are kept until the state folder is deleted',
  ])
  const before = storeClients(first)
  await before.dynamodb.send(new PutItemCommand({ TableName: 'items', Item: { pk: { S: 'a' } } }))
  const secret = await secretOf(first)
  before.destroy()
  await first.close()

  const second = await startEmulators({ dir })
  const made = await provision(second, [tableResource(['owner', 'place']), ...others(20)])
  const { dynamodb, sqs, destroy } = storeClients(second)
  const table = await dynamodb.send(new DescribeTableCommand({ TableName: 'items' }))
  expect(table.Table?.GlobalSecondaryIndexes?.map((index) => index.IndexName).sort()).toEqual(['by-owner', 'by-place'])
  expect(made.tables.get('items')?.streamArn).toBe(table.Table?.LatestStreamArn)
  const ttl = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: 'items' }))
  expect(ttl.TimeToLiveDescription?.AttributeName).toBe('ttl')
  expect((await dynamodb.send(new ScanCommand({ TableName: 'items' }))).Count).toBe(1)
  const QueueUrl = made.queues.get('work.fifo')
  const queue = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
  expect(queue.Attributes).toMatchObject({ VisibilityTimeout: '20', FifoQueue: 'true' })
  expect(JSON.parse(queue.Attributes!.RedrivePolicy!)).toMatchObject({ maxReceiveCount: 3 })
  expect(await secretOf(second)).toBe(secret)
  expect(second.credentials).toEqual(first.credentials)
  destroy()
  await second.close()
  rmSync(dir, { recursive: true })
})

test('a table whose keys changed is an error that names the resource', async () => {
  const emulators = await startEmulators()
  await provision(emulators, [tableResource([])])
  const changed = tableResource([])
  changed.properties.KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' }]
  await expect(provision(emulators, [changed])).rejects.toThrow(/Items could not be made locally: .* other keys/)
  await emulators.close()
})
