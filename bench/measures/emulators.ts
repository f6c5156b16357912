import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { createTestContext } from '#local/aws/test-context.ts'

/** Store and queue calls of one outbound text (as the calls section counts them). */
const WRITES = 4
const CONCURRENCY = 16

/** How many messages a second the emulators carry when nobody does anything but their calls. */
export const measureEmulators = async (messages: number): Promise<{ perSecond: number }> => {
  const context = await createTestContext({
    tables: {
      items: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      },
    },
    queues: { 'work.fifo': { FifoQueue: true } },
  })
  const TableName = context.tables.items
  const QueueUrl = context.queues['work.fifo']
  const one = async (n: number): Promise<void> => {
    const pk = { S: `message-${n}` }
    const MessageGroupId = `group-${n % 50}`
    await context.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(600), MessageGroupId, MessageDeduplicationId: pk.S }),
    )
    await context.dynamodb.send(new PutItemCommand({ TableName, Item: { pk, body: { S: 'x'.repeat(800) } } }))
    const { Messages } = await context.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))
    const [message] = Messages ?? []
    for (let write = 1; write < WRITES; write += 1) {
      await context.dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk },
          UpdateExpression: 'SET #s = :s',
          ExpressionAttributeNames: { '#s': 'state' },
          ExpressionAttributeValues: { ':s': { N: String(write) } },
        }),
      )
    }
    if (message) await context.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
  }
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < messages) {
      next += 1
      await one(next)
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  const perSecond = (messages / (performance.now() - from)) * 1000
  await context.cleanup()
  return { perSecond }
}
