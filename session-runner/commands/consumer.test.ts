import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { type QueuesAndBuckets, startQueuesAndBuckets } from '#local/aws/queues-and-buckets.ts'
import { waitFor } from '#test/harness/wait.ts'
import { type Consumer, makeConsumer } from './consumer.ts'
import type { Executor } from './execute.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const region = 'us-east-1'
const LIMITS = { most: 40, hardMost: 200, pressed: 30, relieved: 20, perDevice: 20, laterSeconds: 1, parkSeconds: 1 }

let aws: QueuesAndBuckets
let sqs: SQSClient
let consumer: Consumer | undefined
let queueUrl: string
let queues = 0
let done: string[]
let away: boolean
let wake: AbortController

beforeAll(async () => {
  aws = await startQueuesAndBuckets({ accessKey: credentials, accountId: '000000000000', region })
  sqs = new SQSClient({ endpoint: aws.endpoint, region, credentials, md5: false })
})
afterAll(() => aws?.close())

beforeEach(async () => {
  queues += 1
  const made = await sqs.send(
    new CreateQueueCommand({ QueueName: `consumer-${queues}.fifo`, Attributes: { FifoQueue: 'true' } }),
  )
  queueUrl = made.QueueUrl ?? ''
  done = []
  away = true
  wake = new AbortController()
})
afterEach(() => consumer?.drain(1000))

/** Carries a command out as the runner does: one of a device that is away waits for it, until it is asked back. */
const execute: Executor = async (body, { giveBack, waits }) => {
  if (body.startsWith('away') && away) {
    waits(true)
    await new Promise<void>((resolve) => {
      for (const signal of [giveBack, wake.signal]) signal.addEventListener('abort', () => resolve(), { once: true })
    })
    waits(false)
    if (away) return { retrySeconds: 0 }
  }
  done.push(body)
  return { delete: true, after: Promise.resolve() }
}

const start = (run: Executor = execute): void => {
  const log = { warn: () => undefined, error: () => undefined } as unknown as Context['log']
  consumer = makeConsumer({
    ctx: { clock: systemClock, log } as Context,
    sqs,
    queueUrl,
    execute: run,
    valid: () => true,
    limits: LIMITS,
  })
  consumer.start()
}

const send = (body: string, group: string): Promise<unknown> =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: `${queueUrl}${body}`,
    }),
  )

test('devices that are away never keep the commands of another from being carried out, and lose none, in order', async () => {
  const devices = Array.from({ length: 60 }, (_, at) => `away${at}`)
  for (const device of devices) {
    for (let at = 0; at < 5; at += 1) await send(`${device}#${at}`, `${device}.send`)
  }
  start()
  await waitFor('commands to be held', () => (consumer?.inFlight() ?? 0) > LIMITS.relieved)
  for (let at = 0; at < 5; at += 1) await send(`here#${at}`, 'here.send')
  await waitFor('the commands of the device that is there', () => done.length === 5, { timeoutMs: 10_000 })
  expect(done).toEqual(Array.from({ length: 5 }, (_, at) => `here#${at}`))
  away = false
  wake.abort()
  await waitFor('all commands', () => done.length >= 305, { timeoutMs: 20_000 })
  for (const device of devices) {
    expect(done.filter((body) => body.startsWith(`${device}#`))).toEqual(
      Array.from({ length: 5 }, (_, at) => `${device}#${at}`),
    )
  }
}, 60_000)

test('a device that is busy keeps its share and no more; its sends go on', async () => {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  let running = 0
  let most = 0
  for (let at = 0; at < 60; at += 1) await send(`slow#${at}`, `slow.${at}`)
  start(async (body) => {
    if (!body.startsWith('slow')) return execute(body, {} as never)
    running += 1
    most = Math.max(most, running)
    const after = opened.then(() => {
      running -= 1
      done.push(body)
    })
    return { delete: true, after }
  })
  await waitFor('the share to be taken', () => running === LIMITS.perDevice)
  await send('here', 'here.send')
  await waitFor('the other device', () => done.includes('here'), { timeoutMs: 10_000 })
  await send('sent', 'slow.send')
  await waitFor('its own send', () => done.includes('sent'), { timeoutMs: 10_000 })
  expect(most).toBe(LIMITS.perDevice)
  open()
  await waitFor('all of it', () => done.length === 62, { timeoutMs: 20_000 })
}, 60_000)

test('queries that wait some seconds for devices that are away keep no other from being carried out', async () => {
  for (let at = 0; at < 100; at += 1) await send(`asked#${at}`, `away${at}.query`)
  start(async (body, delivery) => {
    if (!body.startsWith('asked')) return execute(body, delivery)
    delivery.waits(true)
    return {
      delete: true,
      after: new Promise<void>((resolve) => wake.signal.addEventListener('abort', () => resolve())),
    }
  })
  await waitFor('the queries to be held', () => consumer?.inFlight() === 100)
  await send('here', 'here.send')
  await waitFor('the other device', () => done.includes('here'), { timeoutMs: 10_000 })
  expect(consumer?.inFlight()).toBe(100)
  wake.abort()
  await waitFor('the queries to end', () => consumer?.inFlight() === 0)
}, 60_000)
