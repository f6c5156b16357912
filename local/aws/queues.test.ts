import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, test } from 'vitest'
import { startQueuesAndBuckets } from './queues-and-buckets.ts'

const accessKey = { accessKeyId: 'LOCAL', secretAccessKey: 'secret' }
const account = { accountId: '000000000000', region: 'us-east-1' }
const opened: { close(): unknown }[] = []

function clientOf(endpoint: string, credentials = accessKey): SQSClient {
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  opened.push({ close: () => sqs.destroy() })
  return sqs
}

async function start(dir?: string) {
  const server = await startQueuesAndBuckets({ accessKey, ...account, dir })
  opened.push(server)
  return server
}

async function queue(attributes: Record<string, string> = {}, name = 'q') {
  const sqs = clientOf((await start()).endpoint)
  return { sqs, url: await make(sqs, name, attributes) }
}

async function make(sqs: SQSClient, name: string, attributes: Record<string, string> = {}): Promise<string> {
  const fifo = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {}
  const made = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...fifo, ...attributes } }))
  return made.QueueUrl!
}

let counter = 0
const send = (sqs: SQSClient, QueueUrl: string, MessageBody: string, MessageGroupId?: string, id?: string) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody,
      MessageGroupId,
      MessageDeduplicationId: MessageGroupId && (id ?? String(counter++)),
    }),
  )

async function receive(sqs: SQSClient, QueueUrl: string, options: object = {}): Promise<Message[]> {
  const asked = { MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const], ...options }
  return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...asked }))).Messages ?? []
}

const bodies = (messages: Message[]) => messages.map((message) => message.Body)
const remove = (sqs: SQSClient, QueueUrl: string, message: Message | undefined) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle }))

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

describe('a FIFO queue', () => {
  test('hands out a group in order, several at once, and not again while one is in flight', async () => {
    const { sqs, url } = await queue({}, 'q.fifo')
    for (const [body, group] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['a3', 'a'],
    ] as const) {
      await send(sqs, url, body, group)
    }
    const first = await receive(sqs, url, { MaxNumberOfMessages: 2 })
    expect(bodies(first)).toEqual(['a1', 'a2'])
    expect(bodies(await receive(sqs, url))).toEqual(['b1'])
    await remove(sqs, url, first[0])
    expect(await receive(sqs, url)).toEqual([])
    await remove(sqs, url, first[1])
    expect(bodies(await receive(sqs, url))).toEqual(['a3'])
  })

  test('gives a returned message back before the later ones of its group', async () => {
    const { sqs, url } = await queue({}, 'q.fifo')
    await send(sqs, url, 'a1', 'a')
    await send(sqs, url, 'a2', 'a')
    const [first] = await receive(sqs, url, { MaxNumberOfMessages: 1 })
    const back = { QueueUrl: url, ReceiptHandle: first!.ReceiptHandle, VisibilityTimeout: 0 }
    await sqs.send(new ChangeMessageVisibilityCommand(back))
    const again = await receive(sqs, url)
    expect(bodies(again)).toEqual(['a1', 'a2'])
    expect(again[0]?.Attributes?.ApproximateReceiveCount).toBe('2')
  })

  test('takes a deduplication id once, per group where the queue says so', async () => {
    const { sqs, url } = await queue({}, 'q.fifo')
    const one = await send(sqs, url, 'x', 'a', 'same')
    const two = await send(sqs, url, 'x', 'b', 'same')
    expect(two.MessageId).toBe(one.MessageId)
    const scoped = { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
    const perGroup = await make(sqs, 'scoped.fifo', scoped)
    await send(sqs, perGroup, 'x', 'a', 'same')
    await send(sqs, perGroup, 'x', 'b', 'same')
    await send(sqs, perGroup, 'x', 'b', 'same')
    expect(await receive(sqs, perGroup)).toHaveLength(2)
  })

  test('refuses to delete with a handle whose visibility timeout is over', async () => {
    const { sqs, url } = await queue({}, 'q.fifo')
    await send(sqs, url, 'a1', 'a')
    const [message] = await receive(sqs, url, { VisibilityTimeout: 0 })
    await expect.poll(() => remove(sqs, url, message).then(() => 'deleted', String)).toContain('expired')
  })
})

describe('any queue', () => {
  test('moves a message that was received too often to its dead letter queue', async () => {
    const { sqs, url: dead } = await queue({}, 'dead.fifo')
    const policy = { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead.fifo', maxReceiveCount: 2 }
    const url = await make(sqs, 'work.fifo', { RedrivePolicy: JSON.stringify(policy) })
    await send(sqs, url, 'poison', 'a')
    await send(sqs, url, 'next', 'a')
    for (const count of ['1', '2']) {
      const [message] = await receive(sqs, url, { MaxNumberOfMessages: 1 })
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(count)
      const back = { QueueUrl: url, ReceiptHandle: message!.ReceiptHandle, VisibilityTimeout: 0 }
      await sqs.send(new ChangeMessageVisibilityCommand(back))
    }
    expect(bodies(await receive(sqs, url))).toEqual(['next'])
    const [moved] = await receive(sqs, dead)
    expect(moved?.Body).toBe('poison')
    expect(moved?.Attributes?.DeadLetterQueueSourceArn).toBe('arn:aws:sqs:us-east-1:000000000000:work.fifo')
  })

  test('wakes a waiting receive with the message, and an empty one ends at its deadline', async () => {
    const { sqs, url } = await queue()
    const waiting = receive(sqs, url, { WaitTimeSeconds: 20 })
    await send(sqs, url, 'hello')
    expect(bodies(await waiting)).toEqual(['hello'])
    const before = performance.now()
    expect(await receive(sqs, url, { WaitTimeSeconds: 1 })).toEqual([])
    expect(performance.now() - before).toBeGreaterThan(900)
  })

  test('keeps a message for the next caller when the waiting one has gone', async () => {
    const { sqs, url } = await queue()
    const leaving = new AbortController()
    const asked = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 })
    const left = sqs.send(asked, { abortSignal: leaving.signal })
    setTimeout(() => leaving.abort(), 50)
    await expect(left).rejects.toMatchObject({ name: 'AbortError' })
    const waiting = receive(sqs, url, { WaitTimeSeconds: 5 })
    await send(sqs, url, 'hello')
    expect(bodies(await waiting)).toEqual(['hello'])
  })

  test('gives a message again when its visibility timeout is over, and longer when that is extended', async () => {
    const { sqs, url } = await queue({ VisibilityTimeout: '1' })
    await send(sqs, url, 'short')
    await send(sqs, url, 'long')
    const [, long] = await receive(sqs, url)
    const extend = { QueueUrl: url, ReceiptHandle: long!.ReceiptHandle, VisibilityTimeout: 60 }
    await sqs.send(new ChangeMessageVisibilityCommand(extend))
    expect(bodies(await receive(sqs, url, { WaitTimeSeconds: 3 }))).toEqual(['short'])
    expect(bodies(await receive(sqs, url))).toEqual([])
  })

  test('delays a message', async () => {
    const { sqs, url } = await queue()
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'later', DelaySeconds: 1 }))
    expect(await receive(sqs, url)).toEqual([])
    expect(bodies(await receive(sqs, url, { WaitTimeSeconds: 3 }))).toEqual(['later'])
  })

  test('reports each entry of a batch, and its attributes count what is where', async () => {
    const { sqs, url } = await queue()
    const Entries = [
      { Id: 'a', MessageBody: 'a', MessageAttributes: { kind: { DataType: 'String', StringValue: 'k' } } },
      { Id: 'b', MessageBody: 'bad \u0001' },
    ]
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
    expect([sent.Successful?.[0]?.Id, sent.Failed?.[0]?.Id]).toEqual(['a', 'b'])
    const counts = async () => {
      const all = { QueueUrl: url, AttributeNames: ['All' as const] }
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand(all))
      return [Attributes?.ApproximateNumberOfMessages, Attributes?.ApproximateNumberOfMessagesNotVisible]
    }
    expect(await counts()).toEqual(['1', '0'])
    const [message] = await receive(sqs, url, { MessageAttributeNames: ['All'] })
    expect(message?.MessageAttributes?.kind?.StringValue).toBe('k')
    expect(await counts()).toEqual(['0', '1'])
    const done = [{ Id: 'x', ReceiptHandle: message!.ReceiptHandle }]
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: done }))
    expect(await counts()).toEqual(['0', '0'])
  })

  test('refuses an unknown queue and an unknown access key', async () => {
    const server = await start()
    const url = `${server.endpoint}/000000000000/none`
    await expect(send(clientOf(server.endpoint), url, 'x')).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
    const stranger = clientOf(server.endpoint, { accessKeyId: 'OTHER', secretAccessKey: 'x' })
    await expect(send(stranger, url, 'x')).rejects.toThrow('security token')
  })
})

/** A server of its own, so that it can be killed as a crash would. */
async function startProcess(dir: string): Promise<{ endpoint: string; child: ChildProcess }> {
  const script = `
    const { startQueuesAndBuckets } = await import(${JSON.stringify(new URL('./queues-and-buckets.ts', import.meta.url).href)})
    const options = ${JSON.stringify({ accessKey, ...account, dir })}
    console.log((await startQueuesAndBuckets(options)).endpoint)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  opened.push({ close: () => child.kill('SIGKILL') })
  for await (const line of createInterface({ input: child.stdout })) return { endpoint: line, child }
  throw new Error('The server ended before it answered.')
}

test('nothing that was answered is lost when the process is killed', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'queues-'))
  opened.push({ close: () => rmSync(dir, { recursive: true, force: true }) })
  const first = await startProcess(dir)
  const before = clientOf(first.endpoint)
  const url = await make(before, 'q.fifo', { VisibilityTimeout: '1' })
  for (const body of ['done', 'open', 'waiting']) await send(before, url, body, 'a', body)
  const [done] = await receive(before, url, { MaxNumberOfMessages: 1 })
  await remove(before, url, done)
  expect(bodies(await receive(before, url, { MaxNumberOfMessages: 1 }))).toEqual(['open'])
  first.child.kill('SIGKILL')

  const second = await startProcess(dir)
  const after = clientOf(second.endpoint)
  const moved = url.replace(first.endpoint, second.endpoint)
  await send(after, moved, 'done', 'a', 'done')
  const [open, waiting] = await receive(after, moved, { WaitTimeSeconds: 5 })
  expect([open?.Body, open?.Attributes?.ApproximateReceiveCount]).toEqual(['open', '2'])
  expect(waiting?.Body).toBe('waiting')
  expect(Number(waiting?.Attributes?.SequenceNumber)).toBeGreaterThan(Number(done?.Attributes?.SequenceNumber))
  await remove(after, moved, open)
  await remove(after, moved, waiting)
  expect(await receive(after, moved)).toEqual([])
})
