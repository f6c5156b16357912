import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type DynamoDb, startDynamoDb } from '#local/aws/dynamodb.ts'
import { createJsonClient, type JsonClient } from '../aws-calls/json-client.ts'
import { EventBuses } from '../events/bus.ts'
import { TargetSender } from '../events/targets.ts'
import { functionDefinitions } from '../lambda/definition.ts'
import { LambdaFunction } from '../lambda/lambda-function.ts'
import { parseTemplate } from '../template/assembly.ts'
import { type ResolvedApp, resolveApp } from '../template/resolve.ts'
import { startSources } from './start-sources.ts'

const REGION = 'us-east-1'
const ACCOUNT = '000000000000'

/** Appends what it gets to a file; fails as the records ask it to. */
const handler = `
import { appendFileSync } from 'node:fs'
let calls = 0
export const handler = async (event) => {
  calls += 1
  const failures = []
  for (const record of event.Records) {
    const body = record.dynamodb ? record.dynamodb.NewImage : JSON.parse(record.body)
    if (body.failFirst && calls === 1) { failures.push({ itemIdentifier: record.messageId ?? record.dynamodb.SequenceNumber }); continue }
    appendFileSync(process.env.OUT, JSON.stringify(body) + '\\n')
  }
  return { batchItemFailures: failures }
}`

const arnOf = (logicalId: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [logicalId, attribute] })
const fn = (out: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Code: { S3Key: 'code.zip' }, Environment: { Variables: { OUT: out } } },
})

const template = (directory: string) => ({
  Resources: {
    Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'things' } },
    Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
    Events: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'events.fifo', FifoQueue: true } },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { 'detail-type': ['made'] },
        Targets: [{ Id: 'q', Arn: arnOf('Events'), InputPath: '$.detail', SqsParameters: { MessageGroupId: 'g' } }],
      },
    },
    FromStream: fn(path.join(directory, 'stream')),
    FromQueue: fn(path.join(directory, 'queue')),
    StreamMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: arnOf('Table', 'StreamArn'),
        FunctionName: { Ref: 'FromStream' },
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
      },
    },
    QueueMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: arnOf('Work'),
        FunctionName: arnOf('FromQueue'),
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    Pipe: {
      Type: 'AWS::Pipes::Pipe',
      Properties: {
        Source: arnOf('Table', 'StreamArn'),
        SourceParameters: {
          DynamoDBStreamParameters: { StartingPosition: 'LATEST', BatchSize: 5 },
          FilterCriteria: {
            Filters: [{ Pattern: JSON.stringify({ dynamodb: { NewImage: { kind: { S: ['event'] } } } }) }],
          },
        },
        Target: arnOf('Bus'),
        TargetParameters: {
          EventBridgeEventBusParameters: { Source: 'test', DetailType: '$.dynamodb.NewImage.type.S' },
          InputTemplate: '{"id":<$.dynamodb.Keys.id.S>,"note":"made <$.dynamodb.NewImage.n.N>"}',
        },
      },
    },
  },
})

let directory: string
let dynamo: DynamoDb
let sqsServer: FauxqsServer
let clients: { sqs: JsonClient; dynamodb: JsonClient; streams: JsonClient }
let app: ResolvedApp
let queueUrl: (name: string) => string
let running: { stop: () => Promise<void> } | undefined

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'sources-'))
  writeFileSync(path.join(directory, 'index.mjs'), handler)
  ;[dynamo, sqsServer] = await Promise.all([startDynamoDb(), startFauxqs({ port: 0, logger: false })])
  const sqsUrl = `http://127.0.0.1:${sqsServer.port}`
  queueUrl = (name) => `${sqsUrl}/${ACCOUNT}/${name}`
  const access = { region: REGION, accessKeyId: 'local' }
  clients = {
    sqs: createJsonClient('sqs', { ...access, endpoint: sqsUrl }),
    dynamodb: createJsonClient('dynamodb', { ...access, endpoint: dynamo.endpoint }),
    streams: createJsonClient('streams', { ...access, endpoint: dynamo.endpoint }),
  }
  await clients.sqs.call('CreateQueue', { QueueName: 'work', Attributes: { VisibilityTimeout: '1' } })
  await clients.sqs.call('CreateQueue', { QueueName: 'events.fifo', Attributes: { FifoQueue: 'true' } })
  await clients.dynamodb.call('CreateTable', {
    TableName: 'things',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  })
  const stacks = [{ name: 's', region: undefined, template: parseTemplate(template(directory)) }]
  const files = new Map([['code.zip', directory]])
  app = resolveApp(
    { directory: '', stacks, files, images: new Map() },
    { region: REGION, accountId: ACCOUNT, sqsUrl, frontHost: '' },
  )
}, 60_000)

afterAll(async () => {
  await running?.stop()
  for (const client of Object.values(clients)) client.close()
  await Promise.all([dynamo.close(), sqsServer.stop()])
  rmSync(directory, { recursive: true })
})

async function start(): Promise<void> {
  const functions = new Map<string, LambdaFunction>()
  const log = () => {}
  const sender = new TargetSender({ ...clients, sqsUrl: app.local.sqsUrl, functions, log, putEvent: async () => {} })
  for (const definition of functionDefinitions(app)) {
    const worker = { environment: definition.environment, verbose: false, preload: [] }
    functions.set(definition.name, new LambdaFunction(definition, { worker, onOutcome: async () => {} }))
  }
  const buses = new EventBuses(app, sender)
  const stopSources = await startSources(app, {
    ...clients,
    buses,
    sender,
    functions,
    log,
    checkpointDir: path.join(directory, 'at'),
  })
  running = {
    stop: async () => {
      await stopSources()
      await Promise.all([...functions.values()].map((one) => one.stop(0)))
      running = undefined
    },
  }
}

const put = (id: string, n: number, more: Record<string, unknown> = {}) =>
  clients.dynamodb.call('PutItem', {
    TableName: 'things',
    Item: { id: { S: id }, n: { N: String(n) }, kind: { S: 'event' }, type: { S: 'made' }, ...more },
  })

const lines = async (name: string): Promise<Record<string, unknown>[]> => {
  const { readFile } = await import('node:fs/promises')
  const text = await readFile(path.join(directory, name), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

const events: unknown[] = []
const receiveEvents = async () => {
  const input = { QueueUrl: queueUrl('events.fifo'), MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }
  const { Messages = [] } = await clients.sqs.call<{ Messages?: { Body: string; ReceiptHandle: string }[] }>(
    'ReceiveMessage',
    input,
  )
  for (const { Body, ReceiptHandle } of Messages) {
    events.push(JSON.parse(Body))
    await clients.sqs.call('DeleteMessage', { QueueUrl: input.QueueUrl, ReceiptHandle })
  }
  return events
}

describe('event sources', () => {
  it('carry every stream record through a pipe and a rule, and to a function', async () => {
    await start()
    for (let n = 0; n < 12; n += 1) await put(`a${n}`, n, n === 3 ? { failFirst: { BOOL: true } } : {})
    await put('quiet', 99, { type: { S: 'other' } })
    await put('a0', 100)
    await vi.waitFor(async () => expect(await receiveEvents()).toHaveLength(13), 10_000)
    const expected = Array.from({ length: 12 }, (_, n) => ({ id: `a${n}`, note: `made ${n}` }))
    // A bus promises no order, so each event is looked for by itself.
    expect(events).toHaveLength(13)
    expect(events).toEqual(expect.arrayContaining([...expected, { id: 'a0', note: 'made 100' }]))
    // The function only sees insertions, and the record it refused comes again before those after it.
    await vi.waitFor(async () => expect((await lines('stream')).length).toBeGreaterThanOrEqual(13), 10_000)
    const numbers = (await lines('stream')).map((image) => Number((image.n as { N: string }).N))
    expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual([...Array.from({ length: 12 }, (_, n) => n), 99])
    expect(numbers.indexOf(3)).toBeLessThan(numbers.lastIndexOf(4))
  })

  it('goes on where it stopped', async () => {
    await running!.stop()
    events.length = 0
    await put('later', 7)
    await start()
    await vi.waitFor(async () => expect(await receiveEvents()).toEqual([{ id: 'later', note: 'made 7' }]), 10_000)
  })

  it('delete handled messages of a queue and leave failed ones to come again', async () => {
    for (const n of [1, 2, 3]) {
      const MessageBody = JSON.stringify({ n, failFirst: n === 2 })
      await clients.sqs.call('SendMessage', { QueueUrl: queueUrl('work'), MessageBody })
    }
    await vi.waitFor(async () => expect((await lines('queue')).map(({ n }) => n).sort()).toEqual([1, 2, 3]), 10_000)
    const attributes = await clients.sqs.call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
      QueueUrl: queueUrl('work'),
      AttributeNames: ['ApproximateNumberOfMessages'],
    })
    expect(attributes.Attributes.ApproximateNumberOfMessages).toBe('0')
  })
})
