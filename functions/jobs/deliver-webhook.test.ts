import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outboxAttribute } from '#data/outbox.ts'
import { makeTable } from '#data/table.ts'
import { listDeliveryLog } from '#domains/deliveries/log.ts'
import { type Device, defaultSettings } from '#domains/devices/model.ts'
import { createDeviceWrite, findDevice } from '#domains/devices/repo.ts'
import { messageReceived } from '#domains/messages/events.ts'
import { createWebhook, listWebhooks } from '#domains/webhooks/repo.ts'
import { systemClock } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { encryptAtRest } from '#kit/crypto.ts'
import { raise } from '#kit/define-event.ts'
import { createJobHandler } from '#kit/event-handler.ts'
import { newDeviceId } from '#kit/ids.ts'
import { bodySignature, standardSignature } from '#kit/signatures.ts'
import { createTestContext, environmentOf, type TestContext } from '#local/aws/test-context.ts'
import { type Receiver, startReceiver } from '#test/harness/receiver.ts'
import { waitFor } from '#test/harness/wait.ts'
import { job as deliverWebhook } from './deliver-webhook.ts'
import { job as projectEvents } from './project-events.ts'

const TENANT = 'org_deliveries'

let stores: TestContext
let secrets: Server
let ctx: Context
let pump: { stop: () => Promise<void> }

const keyType = (pk: string, sk: string) => [
  { AttributeName: pk, KeyType: 'HASH' },
  { AttributeName: sk, KeyType: 'RANGE' },
]
const index = (IndexName: string, pk: string, sk: string) => ({
  IndexName,
  KeySchema: keyType(pk, sk),
  Projection: { ProjectionType: 'ALL' },
})

/** The main table and the delivery queue as `infra/` declares them, with a shorter patience. */
const RESOURCES = {
  tables: {
    main: {
      KeySchema: keyType('pk', 'sk'),
      AttributeDefinitions: ['pk', 'sk', 'at', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      LocalSecondaryIndexes: [index('byTime', 'pk', 'at')],
      GlobalSecondaryIndexes: [index('gsi1', 'gsi1pk', 'gsi1sk'), index('gsi2', 'gsi2pk', 'gsi2sk')],
    },
  },
  queues: {
    dead: { FifoQueue: true },
    deliveries: {
      FifoQueue: true,
      VisibilityTimeout: 1,
      RedrivePolicy: { deadLetterTargetArn: 'dead.fifo', maxReceiveCount: 5 },
    },
  },
}

/** Answers GetSecretValue, the one call that the emulators do not know. */
const startSecrets = async (): Promise<Server> => {
  const value = JSON.stringify({ SecretString: randomBytes(32).toString('hex') })
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(value),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Takes messages one at a time, as the event source mapping does, each in an invocation of its own. */
const startPump = (): { stop: () => Promise<void> } => {
  const handler = createJobHandler(deliverWebhook, () => ctx) as unknown as (
    event: SQSEvent,
    context: unknown,
  ) => Promise<SQSBatchResponse>
  const QueueUrl = stores.queues.deliveries
  let stopping = false
  const running = new Set<Promise<void>>()
  const invoke = async (message: {
    MessageId?: string
    ReceiptHandle?: string
    Body?: string
    Attributes?: object
  }) => {
    const record = {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes,
    }
    const answer = await handler({ Records: [record] } as unknown as SQSEvent, {})
    if (answer.batchItemFailures.length > 0) return
    await stores.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
  }
  const loop = async (): Promise<void> => {
    while (!stopping) {
      const { Messages } = await stores.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MessageSystemAttributeNames: ['All'] }),
      )
      for (const message of Messages ?? []) {
        const work = invoke(message).finally(() => running.delete(work))
        running.add(work)
      }
    }
  }
  const looping = loop()
  return {
    stop: async () => {
      stopping = true
      await looping
      await Promise.allSettled(running)
    },
  }
}

/** The queue's address with the emulator's own host, which needs no name service. */
const atEmulator = (queueUrl: string): string =>
  new URL(new URL(queueUrl).pathname, stores.address.endpoints.AWS_ENDPOINT_URL_SQS).href

beforeAll(async () => {
  ;[stores, secrets] = await Promise.all([createTestContext(RESOURCES), startSecrets()])
  Object.assign(process.env, environmentOf(stores.address), {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
    PLATFORM_SECRET_ARN: 'platform',
    MAIN_TABLE: stores.tables.main,
    DELIVERY_QUEUE_URL: atEmulator(stores.queues.deliveries ?? ''),
    EVENT_BUS_NAME: 'none',
    PUBLIC_URL: 'https://gw.example/',
    ALLOW_PRIVATE_TARGETS: 'true',
    POWERTOOLS_DEV: 'false',
    LOG_LEVEL: 'SILENT',
  })
  const quiet = (): void => {}
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  ctx = { clock: systemClock, log, main: makeTable(stores.dynamodb, stores.tables.main ?? '') }
  pump = startPump()
})

afterAll(async () => {
  await pump?.stop()
  await stores?.cleanup()
  secrets?.close()
})

/** A device whose webhook is `url`, with its token. */
const createDevice = async (url: string, tenantId = TENANT): Promise<{ device: Device; token: string }> => {
  const id = newDeviceId()
  const token = randomBytes(12).toString('hex')
  const device = {
    id,
    tenantId,
    number: 1,
    name: 'Shop',
    shard: 0,
    tokenCipher: await encryptAtRest(token, id),
    tokenHash: 'x',
    webhook: { url, events: ['All'], active: true, style: 'digigo' },
    settings: defaultSettings(),
    desired: 'online',
    state: 'online',
    transitions: [],
    createdAt: '2026-06-21T08:15:00.000Z',
  } satisfies Device
  await ctx.main.transact([createDeviceWrite(device, [])])
  return { device, token }
}

/** A stream record of a text that arrived. */
const received = (device: Device, conversationId: number, text: string) => ({
  dynamodb: {
    NewImage: marshall({
      pk: `C#${device.tenantId}#${conversationId}`,
      sk: `M#${text}`,
      tenantId: device.tenantId,
      deviceId: device.id,
      conversationId,
      messageId: text,
      direction: 'in',
      kind: 'text',
      status: 'received',
      chat: '15552223333@s.whatsapp.net',
      phone: '15552223333',
      isGroup: false,
      text,
      source: 'contact',
      timestamp: new Date().toISOString(),
      ...outboxAttribute([raise(messageReceived, Date.now())]),
    }),
  },
})

const textsAt = ({ received: requests }: Receiver): string[] =>
  requests.map(({ body }) => (body as { event: { Message: { conversation: string } } }).event.Message.conversation)

test('a message in the stream arrives at the webhook, signed with the token of the device, once', async () => {
  const receiver = await startReceiver()
  const { device, token } = await createDevice(receiver.url)
  const record = received(device, 1, 'hello')
  await projectEvents.handler(ctx, [record])
  // The pipe repeats a batch it could not bring over: the queue remembers what it took.
  await projectEvents.handler(ctx, [record])
  const request = await waitFor('the delivery', () => receiver.received[0])
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers
  expect(signature).toBe(standardSignature(token, String(id), Number(timestamp), request.raw))
  expect(request.body).toMatchObject({ type: 'Message', userID: device.id })
  await projectEvents.handler(ctx, [received(device, 1, 'end')])
  await waitFor('the next delivery', () => receiver.received.length > 1)
  expect(textsAt(receiver)).toEqual(['hello', 'end'])
  await receiver.close()
})

test('a receiver that was down gets everything in order, with the same ids, and the log tells of it', async () => {
  const receiver = await startReceiver()
  receiver.answerWith(503)
  const { device } = await createDevice(receiver.url)
  await projectEvents.handler(
    ctx,
    ['a', 'b', 'c'].map((text) => received(device, 2, text)),
  )
  await waitFor('a failed attempt', () => receiver.received.length > 0)
  expect(new Set(textsAt(receiver))).toEqual(new Set(['a']))
  receiver.answerWith(200)
  const failed = receiver.received.length
  await waitFor('all deliveries', () => receiver.received.length >= failed + 3)
  const taken = receiver.received.slice(failed)
  expect(textsAt({ ...receiver, received: taken })).toEqual(['a', 'b', 'c'])
  expect(taken[0]?.headers['webhook-id']).toBe(receiver.received[0]?.headers['webhook-id'])
  expect(Number(taken[0]?.headers['webhook-attempt'])).toBeGreaterThan(1)
  const { items } = await listDeliveryLog(ctx, { kind: 'device', tenantId: TENANT, deviceId: device.id })
  expect(items).toMatchObject([{ state: 'delivered', lastStatus: 200 }])
  await receiver.close()
})

test('one endpoint that is down, and one conversation that is held up, delay nobody else', async () => {
  const [down, up] = await Promise.all([startReceiver(), startReceiver()])
  down.answerWith(500)
  const [first, second] = await Promise.all([createDevice(down.url), createDevice(up.url)])
  await projectEvents.handler(ctx, [
    received(first.device, 3, 'x'),
    received(first.device, 4, 'y'),
    received(second.device, 5, 'z'),
  ])
  await waitFor('the healthy endpoint', () => up.received.length === 1)
  await waitFor('the other conversation', () => textsAt(down).includes('y'))
  await Promise.all([down.close(), up.close()])
})

test('410 switches the webhook off and announces it', async () => {
  const receiver = await startReceiver()
  receiver.answerWith(410)
  const { device } = await createDevice(receiver.url)
  await projectEvents.handler(ctx, [received(device, 6, 'gone')])
  const after = await waitFor('the webhook to be off', async () => {
    const found = await findDevice(ctx, device.id)
    return found?.webhook?.active === false && found
  })
  expect(JSON.stringify(after)).toContain('webhook.disabled')
  expect(receiver.received).toHaveLength(1)
  await receiver.close()
})

test('a webhook that the tenant registered gets the documented body, signed with its secret, and goes off with 410', async () => {
  const receiver = await startReceiver()
  const tenantId = `${TENANT}_ceox`
  const counters = async (): Promise<number> => 3
  const webhook = await createWebhook(ctx, counters, { tenantId, url: receiver.url, style: 'ceox', secret: 'shared' })
  const { device } = await createDevice('http://127.0.0.1:9/', tenantId)
  await projectEvents.handler(ctx, [received(device, 7, 'for the inbox')])
  const request = await waitFor('the delivery', () => receiver.received[0])
  expect(request.body).toMatchObject({ event: 'message.received', conversation_id: 7, body: 'for the inbox' })
  expect(request.headers['x-ceox-signature']).toBe(bodySignature('shared', request.raw))
  receiver.answerWith(410)
  await projectEvents.handler(ctx, [received(device, 7, 'no more')])
  await waitFor('the webhook to be off', async () => {
    const [found] = await listWebhooks(ctx, tenantId)
    return found?.id === webhook.id && !found.active && JSON.stringify(found).includes('webhook.disabled')
  })
  await receiver.close()
})

test('what is no delivery at all ends in the dead-letter queue and holds up nothing', async () => {
  await stores.sqs.send(
    new SendMessageCommand({
      QueueUrl: stores.queues.deliveries,
      MessageBody: 'no delivery',
      MessageGroupId: 'g',
      MessageDeduplicationId: randomBytes(6).toString('hex'),
    }),
  )
  const dead = await waitFor(
    'the dead letter',
    async () => {
      const answer = await stores.sqs.send(new ReceiveMessageCommand({ QueueUrl: stores.queues.dead }))
      return answer.Messages?.[0]
    },
    { timeoutMs: 25_000 },
  )
  expect(dead.Body).toBe('no delivery')
})
