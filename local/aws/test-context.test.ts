import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { createTestContext } from './test-context.ts'

test('a test gets tables, queues and buckets of its own', async () => {
  const context = await createTestContext({
    tables: {
      items: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'kind', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byKind',
            KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    },
    queues: { work: { FifoQueue: true, VisibilityTimeout: 5 } },
    buckets: { media: {} },
  })
  const { dynamodb, sqs, s3, tables, queues, buckets } = context
  await dynamodb.send(new PutItemCommand({ TableName: tables.items, Item: { pk: { S: 'a' }, kind: { S: 'k' } } }))
  const found = await dynamodb.send(
    new QueryCommand({
      TableName: tables.items,
      IndexName: 'byKind',
      KeyConditionExpression: 'kind = :k',
      ExpressionAttributeValues: { ':k': { S: 'k' } },
    }),
  )
  expect(found.Items).toHaveLength(1)
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queues.work,
      MessageBody: 'hello',
      MessageGroupId: 'g',
      MessageDeduplicationId: '1',
    }),
  )
  const received = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queues.work }))
  expect(received.Messages?.[0]?.Body).toBe('hello')
  await s3.send(new PutObjectCommand({ Bucket: buckets.media, Key: 'a/b', Body: 'body' }))
  const object = await s3.send(new GetObjectCommand({ Bucket: buckets.media, Key: 'a/b' }))
  expect(await object.Body?.transformToString()).toBe('body')
  await context.cleanup()
})
