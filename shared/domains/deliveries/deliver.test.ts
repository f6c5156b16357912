import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Table } from '#data/table.ts'
import type { Context } from '#kit/context.ts'
import type { EventRecord } from '#kit/define-event.ts'
import { bodySignature, standardSignature } from '#kit/signatures.ts'
import { type Receiver, startReceiver } from '#test/harness/receiver.ts'
import { type Device, defaultSettings } from '../devices/model.ts'
import type { Webhook } from '../webhooks/model.ts'
import { makeBreaker } from './breaker.ts'
import { type DeliverPort, makeDeliver, type Post } from './deliver.ts'
import type { Delivery } from './model.ts'
import { GIVE_UP_AFTER_MS } from './schedule.ts'

let receiver: Receiver
let nowMs: number
let monotonicMs: number
let message: Record<string, unknown>
let written: Record<string, unknown>[]
let disabled: string[]
let device: Device
let webhook: Webhook

const clock = { nowMs: () => nowMs, monotonicMs: () => monotonicMs }
const event: EventRecord = {
  id: 'evt_1',
  type: 'message.received',
  version: 1,
  at: '2026-06-21T08:15:00.000Z',
  tenantId: 'org_1',
  deviceId: 'd1',
  conversationId: 12,
  data: {
    messageId: '3EB0AA',
    direction: 'in',
    kind: 'text',
    status: 'received',
    chat: '1@s.whatsapp.net',
    phone: '1',
    isGroup: false,
    text: 'hi',
    source: 'contact',
    timestamp: '2026-06-21T08:15:00.000Z',
  },
}
const toDevice: Delivery = { endpoint: { kind: 'device', tenantId: 'org_1', deviceId: 'd1' }, event }
const toWebhook: Delivery = { endpoint: { kind: 'webhook', tenantId: 'org_1', webhookId: 3 }, event }

/** The table as deliveries see it: the log they write, and one message with a long text. */
const main = {
  put: async (item: Record<string, unknown>) => {
    written.push(item)
    return true
  },
  get: async () => message,
} as unknown as Table
const log = { warn: () => undefined } as unknown as Context['log']
const ctx = { clock, log, main } as Context

const post: Post = async (url, { headers, body }) => {
  const answer = await fetch(url, { method: 'POST', headers, body })
  return { status: answer.status }
}

const port = (changes: Partial<DeliverPort> = {}): DeliverPort => ({
  sources: {
    device: async () => device,
    webhooks: async () => [webhook],
    deviceSecret: async () => 'device-token',
    webhookSecret: async () => 'hook-secret',
    disableDevice: async (_, { id }) => void disabled.push(id),
    isSavedContact: async () => false,
    disableWebhook: async (_, { id }) => void disabled.push(String(id)),
  },
  post,
  breaker: makeBreaker(clock),
  publicUrl: 'https://gw.example',
  random: () => 0.5,
  sleep: async (ms) => {
    monotonicMs += ms
  },
  readMedia: async (key) => Buffer.from(`bytes of ${key}`),
  ...changes,
})

beforeEach(async () => {
  receiver = await startReceiver()
  nowMs = Date.parse(event.at) + 1000
  monotonicMs = 0
  written = []
  message = { text: 'x'.repeat(2000) }
  disabled = []
  device = {
    id: 'd1',
    tenantId: 'org_1',
    number: 1,
    name: 'Shop',
    settings: defaultSettings(),
    webhook: { url: receiver.url, events: ['All'], active: true, style: 'digigo' },
  } as unknown as Device
  webhook = {
    id: 3,
    tenantId: 'org_1',
    url: receiver.url,
    active: true,
    style: 'ceox',
    createdAt: event.at,
    updatedAt: event.at,
  }
})

afterEach(() => receiver.close())

test('a delivery is signed with the device token over id, time and body, and success leaves no write', async () => {
  expect(await makeDeliver(port())(ctx, toDevice, 1)).toEqual({ state: 'delivered' })
  const [request] = receiver.received
  const timestamp = Math.floor(nowMs / 1000)
  expect(request?.headers).toMatchObject({
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestamp),
    'webhook-attempt': '1',
    'webhook-signature': standardSignature('device-token', 'evt_1', timestamp, request?.raw ?? ''),
  })
  expect(request?.body).toMatchObject({ type: 'Message', eventId: 'evt_1' })
  expect(written).toEqual([])
})

test('a CEOX webhook has the documented body and signature', async () => {
  await makeDeliver(port())(ctx, toWebhook, 1)
  const [request] = receiver.received
  expect(request?.body).toMatchObject({ event: 'message.received', from: '+1', body: 'hi' })
  expect(request?.headers['x-ceox-signature']).toBe(bodySignature('hook-secret', request?.raw ?? ''))
})

test('without a secret there is no signature', async () => {
  const sources = { ...port().sources, webhookSecret: async () => undefined }
  await makeDeliver(port({ sources }))(ctx, toWebhook, 1)
  expect(receiver.received[0]?.headers).not.toHaveProperty('x-ceox-signature')
  expect(receiver.received[0]?.headers).not.toHaveProperty('webhook-signature')
})

test('a refusal is tried again later under the same id, and both are on record', async () => {
  const deliver = makeDeliver(port())
  receiver.answerWith(500)
  expect(await deliver(ctx, toDevice, 2)).toEqual({ state: 'retry', afterSeconds: 5, error: 'HTTP 500' })
  expect(written.at(-1)).toMatchObject({ state: 'retrying', attempts: 2, lastStatus: 500, eventId: 'evt_1' })
  receiver.answerWith(200)
  expect(await deliver(ctx, toDevice, 3)).toEqual({ state: 'delivered' })
  expect(written.at(-1)).toMatchObject({ state: 'delivered', attempts: 3 })
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['evt_1']))
})

test('an event that is too old is given up after one more try and kept for a replay', async () => {
  receiver.answerWith(503)
  nowMs = Date.parse(event.at) + GIVE_UP_AFTER_MS
  expect(await makeDeliver(port())(ctx, toDevice, 1)).toEqual({ state: 'failed' })
  expect(written.at(-1)).toMatchObject({ state: 'failed', event: { id: 'evt_1' } })
})

test('410 switches the endpoint off', async () => {
  receiver.answerWith(410)
  expect(await makeDeliver(port())(ctx, toDevice, 1)).toEqual({ state: 'disabled' })
  expect(await makeDeliver(port())(ctx, toWebhook, 1)).toEqual({ state: 'disabled' })
  expect(disabled).toEqual(['d1', '3'])
})

test('an endpoint that was removed, switched off or moved to another tenant gets nothing', async () => {
  device = { ...device, webhook: { ...device.webhook, active: false } } as Device
  expect(await makeDeliver(port())(ctx, toDevice, 1)).toEqual({ state: 'dropped' })
  device = { ...device, webhook: undefined }
  expect(await makeDeliver(port())(ctx, toDevice, 1)).toEqual({ state: 'dropped' })
  device = { ...device, tenantId: 'org_2', webhook: { url: receiver.url, events: [], active: true, style: 'digigo' } }
  expect(await makeDeliver(port())(ctx, toDevice, 1)).toEqual({ state: 'dropped' })
  const gone: Delivery = { ...toWebhook, endpoint: { kind: 'webhook', tenantId: 'org_1', webhookId: 4 } }
  expect(await makeDeliver(port())(ctx, gone, 1)).toEqual({ state: 'dropped' })
  expect(receiver.received).toEqual([])
})

test('a corrected address counts for what already waits', async () => {
  const old = await startReceiver()
  old.answerWith(500)
  device = { ...device, webhook: { url: old.url, events: [], active: true, style: 'digigo' } }
  await makeDeliver(port())(ctx, toDevice, 1)
  device = { ...device, webhook: { url: receiver.url, events: [], active: true, style: 'digigo' } }
  expect(await makeDeliver(port())(ctx, toDevice, 2)).toEqual({ state: 'delivered' })
  expect(receiver.received).toHaveLength(1)
  await old.close()
})

const raisedNow = (delivery: Delivery): Delivery => ({
  ...delivery,
  event: { ...delivery.event, at: new Date(nowMs++).toISOString() },
})

test('an endpoint that was looked up in vain a moment ago gets what was raised since it is there', async () => {
  const deliver = makeDeliver(port())
  const { webhook: own } = device
  const registered = webhook
  device = { ...device, webhook: undefined }
  webhook = { ...webhook, id: 1 }
  expect(await deliver(ctx, raisedNow(toDevice), 1)).toEqual({ state: 'dropped' })
  expect(await deliver(ctx, raisedNow(toWebhook), 1)).toEqual({ state: 'dropped' })
  device = { ...device, webhook: own }
  webhook = registered
  nowMs += 1
  expect(await deliver(ctx, raisedNow(toDevice), 1)).toEqual({ state: 'delivered' })
  expect(await deliver(ctx, raisedNow(toWebhook), 1)).toEqual({ state: 'delivered' })
})

test('what is raised after an address was changed goes to the new one', async () => {
  const old = await startReceiver()
  const deliver = makeDeliver(port())
  device = { ...device, webhook: { url: old.url, events: [], active: true, style: 'digigo' } }
  await deliver(ctx, raisedNow(toDevice), 1)
  device = { ...device, webhook: { url: receiver.url, events: [], active: true, style: 'digigo' } }
  nowMs += 1
  await deliver(ctx, raisedNow(toDevice), 1)
  expect([old.received.length, receiver.received.length]).toEqual([1, 1])
  await old.close()
})

test('a webhook gets the whole of a text that the event cut', async () => {
  const cut: Delivery = { ...toDevice, event: { ...event, data: { ...event.data, textCut: true } } }
  await makeDeliver(port())(ctx, cut, 1)
  expect(JSON.stringify(receiver.received[0]?.body)).toContain('x'.repeat(2000))
})

const withMedia: Delivery = {
  ...toDevice,
  event: { ...event, data: { ...event.data, kind: 'image', media: { state: 'pending', url: '/media/12/3EB0AA' } } },
}
const ready = { state: 'ready', key: 'inbound/x', mimeType: 'image/jpeg', sizeBytes: 5 }

test('a message leaves once, with its media inside, as soon as that is there', async () => {
  message = { media: { state: 'pending' } }
  let looks = 0
  const sleep = async (): Promise<void> => {
    looks += 1
    if (looks === 3) message = { media: ready }
  }
  expect(await makeDeliver(port({ sleep }))(ctx, withMedia, 1)).toEqual({ state: 'delivered' })
  expect(receiver.received).toHaveLength(1)
  expect(receiver.received[0]?.body).toMatchObject({
    base64: Buffer.from('bytes of inbound/x').toString('base64'),
    mimeType: 'image/jpeg',
    mediaUrl: 'https://gw.example/media/12/3EB0AA',
  })
})

test('media that takes longer is waited for by postponing, and given up after half a minute', async () => {
  message = { media: { state: 'pending' } }
  expect(await makeDeliver(port())(ctx, withMedia, 1)).toEqual({ state: 'waiting', afterSeconds: 1 })
  expect(receiver.received).toEqual([])
  nowMs = Date.parse(event.at) + 31_000
  expect(await makeDeliver(port())(ctx, withMedia, 2)).toEqual({ state: 'delivered' })
  expect(receiver.received[0]?.body).not.toHaveProperty('base64')
})

test('a device that wants media by address only, and one whose media is large, get no bytes', async () => {
  message = { media: { ...ready, sizeBytes: 17 * 1024 * 1024 } }
  await makeDeliver(port())(ctx, withMedia, 1)
  message = { media: ready }
  device = { ...device, settings: { ...device.settings, s3: { media_delivery: 's3' } } }
  await makeDeliver(port())(ctx, withMedia, 1)
  expect(receiver.received).toHaveLength(2)
  for (const { body } of receiver.received) expect(body).not.toHaveProperty('base64')
})

test('a message whose file cannot be read arrives without it', async () => {
  message = { media: ready }
  const readMedia = async (): Promise<never> => {
    throw new Error('NoSuchKey')
  }
  expect(await makeDeliver(port({ readMedia }))(ctx, withMedia, 1)).toEqual({ state: 'delivered' })
  expect(receiver.received[0]?.body).toMatchObject({ mediaUrl: 'https://gw.example/media/12/3EB0AA' })
})

test('a receiver that is silent three times gets a pause, in which nobody waits for it', async () => {
  let attempts = 0
  const silent: Post = async () => {
    attempts += 1
    throw Object.assign(new Error('The operation was aborted due to timeout'), { timedOut: true })
  }
  const deliver = makeDeliver(port({ post: silent }))
  for (let attempt = 1; attempt <= 5; attempt += 1) await deliver(ctx, toDevice, attempt)
  expect(attempts).toBe(3)
  expect(await deliver(ctx, toDevice, 6)).toMatchObject({ state: 'retry', afterSeconds: 30 })
  monotonicMs = 30_001
  await deliver(ctx, toDevice, 7)
  expect(attempts).toBe(4)
})

test('a delivery to a paused endpoint comes back by its own schedule, and ends when it is too old', async () => {
  const silent: Post = async () => {
    throw Object.assign(new Error('timeout'), { timedOut: true })
  }
  const deliver = makeDeliver(port({ post: silent }))
  for (let attempt = 1; attempt <= 3; attempt += 1) await deliver(ctx, toDevice, attempt)
  written = []
  nowMs = Date.parse(event.at) + 3 * 3600_000
  expect(await deliver(ctx, toDevice, 20)).toMatchObject({ state: 'retry', afterSeconds: 3600 })
  nowMs = Date.parse(event.at) + GIVE_UP_AFTER_MS
  expect(await deliver(ctx, toDevice, 40)).toEqual({ state: 'failed' })
  expect(written.at(-1)).toMatchObject({ state: 'failed', attempts: 40, event: { id: 'evt_1' } })
})

test('a refused connection is no silence: it costs nobody time and gets no pause', async () => {
  let attempts = 0
  const refused: Post = async () => {
    attempts += 1
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  }
  const deliver = makeDeliver(port({ post: refused }))
  for (let attempt = 1; attempt <= 5; attempt += 1) await deliver(ctx, toDevice, attempt)
  expect(attempts).toBe(5)
  expect(written.at(-1)).toMatchObject({ lastError: expect.stringContaining('ECONNREFUSED') })
})
