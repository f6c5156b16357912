import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Table } from '#data/table.ts'
import type { Context } from '#kit/context.ts'
import type { EventRecord } from '#kit/define-event.ts'
import { type Receiver, startReceiver } from '#test/harness/receiver.ts'
import { type Device, defaultSettings } from '../devices/model.ts'
import { readEventId } from '../guide/matrix-ids.ts'
import type { Webhook } from '../webhooks/model.ts'
import { makeBreaker } from './breaker.ts'
import { makeDeliver } from './deliver.ts'
import { makeFanOut } from './fan-out.ts'
import type { EndpointSources } from './sources.ts'

let receiver: Receiver
let webhook: Webhook
let device: Device
/** The stored message, which has what the event leaves out. */
let message: Record<string, unknown>
let isSaved: boolean

const nowMs = Date.parse('2026-06-21T08:15:02.000Z')
const clock = { nowMs: () => nowMs, monotonicMs: () => 0 }
const main = { put: async () => true, get: async () => message } as unknown as Table
const ctx = { clock, main, log: { warn: () => undefined } } as unknown as Context

const sources: EndpointSources = {
  device: async () => device,
  webhooks: async () => [webhook],
  deviceSecret: async () => undefined,
  webhookSecret: async () => undefined,
  disableDevice: async () => undefined,
  disableWebhook: async () => undefined,
  isSavedContact: async (_ctx, deviceId, { pn }) =>
    isSaved && deviceId === 'd1' && pn === '2376987654321@s.whatsapp.net',
}

const eventOf = (data: Record<string, unknown> = {}): EventRecord => ({
  id: 'evt_1',
  type: 'message.received',
  version: 1,
  at: '2026-06-21T08:15:00.000Z',
  tenantId: 'org_1',
  deviceId: 'd1',
  conversationId: 12,
  data: {
    messageId: '3EB0A1B2C3D4',
    direction: 'in',
    kind: 'text',
    status: 'received',
    chat: '2376987654321@s.whatsapp.net',
    phone: '2376987654321',
    lid: '182736450918273',
    isGroup: false,
    text: 'Good morning',
    source: 'contact',
    timestamp: '2026-06-21T08:15:00.000Z',
    ...data,
  },
})

beforeEach(async () => {
  receiver = await startReceiver()
  isSaved = false
  message = {}
  device = {
    id: 'd1',
    tenantId: 'org_1',
    number: 1,
    name: 'WhatsApp',
    identity: 'a1b2c3d4e5f60718',
    jid: '237123456789:3@s.whatsapp.net',
    settings: defaultSettings(),
  } as unknown as Device
  webhook = {
    id: 3,
    tenantId: 'org_1',
    url: receiver.url,
    active: true,
    style: 'guide',
    owner: { tokenId: 1, clientUid: 'cred_1', identity: 'a1b2c3d4e5f60718' },
    createdAt: '2026-06-21T08:00:00.000Z',
    updatedAt: '2026-06-21T08:00:00.000Z',
  }
})

afterEach(() => receiver.close())

/** What the receiver gets of an event: nothing when no delivery is made, or when it is dropped. */
const deliver = async (event: EventRecord): Promise<unknown> => {
  const deliveries = await makeFanOut(sources)(ctx, event)
  const attempt = makeDeliver({
    sources,
    post: async (url, { headers, body }) => ({ status: (await fetch(url, { method: 'POST', headers, body })).status }),
    breaker: makeBreaker(clock),
    publicUrl: 'https://matrix.example.com',
    random: () => 0.5,
    sleep: async () => undefined,
    readMedia: async () => Buffer.from('the bytes'),
  })
  for (const delivery of deliveries) await attempt(ctx, delivery, 1)
  return receiver.received.at(-1)?.body
}

const media = {
  state: 'ready',
  mimeType: 'image/jpeg',
  fileName: 'a.jpg',
  sizeBytes: 9,
  width: 640,
  height: 480,
  key: 'k',
}
const shown = { state: 'pending', mimeType: 'image/jpeg', url: '/media/12/3EB0A1B2C3D4' }

test('a text has the documented body, no field more and none less', async () => {
  const body = await deliver(eventOf())
  expect(body).toEqual({
    id: '$MTI6M0VCMEExQjJDM0Q0',
    is_contact: false,
    type: 'm.text',
    from: '@whatsapp_2376987654321:matrix.example.com',
    to: '@a1b2c3d4e5f60718:matrix.example.com',
    message: 'Good morning',
    device_id: '237123456789',
    media: { content: null, info: { size: 0, mime_type: '', width: 0, height: 0, blur_hash: '' } },
  })
  expect(Object.keys(body as object)).toEqual([
    'id',
    'is_contact',
    'type',
    'from',
    'to',
    'message',
    'device_id',
    'media',
  ])
  expect(readEventId('$MTI6M0VCMEExQjJDM0Q0')).toEqual({ conversationId: 12, messageId: '3EB0A1B2C3D4' })
  expect(receiver.received[0]?.headers).not.toHaveProperty('webhook-signature')
})

test('media travels inside as base64, with its facts as they are once it is there', async () => {
  message = { media }
  expect(await deliver(eventOf({ kind: 'image', text: undefined, media: shown }))).toMatchObject({
    type: 'm.image',
    message: '',
    media: {
      content: Buffer.from('the bytes').toString('base64'),
      info: { size: 9, mime_type: 'image/jpeg', width: 640, height: 480, blur_hash: '' },
    },
  })
})

test('media that is too large to travel inside is told by its facts', async () => {
  message = { media: { ...media, sizeBytes: 16 * 1024 * 1024 + 1 } }
  expect(await deliver(eventOf({ kind: 'document', media: shown }))).toMatchObject({
    type: 'm.file',
    message: 'Good morning',
    media: { content: null, info: { size: 16 * 1024 * 1024 + 1, mime_type: 'image/jpeg' } },
  })
})

test.each([
  ['video', 'm.video'],
  ['audio', 'm.audio'],
  ['sticker', 'm.image'],
  ['location', 'm.location'],
  ['poll', 'm.text'],
])('a message of kind %s is %s', async (kind, type) => {
  expect(await deliver(eventOf({ kind }))).toMatchObject({ type })
})

test.each(['reaction', 'edit', 'revoke', 'undecryptable'])('a %s is no message, and is not delivered', async (kind) => {
  expect(await deliver(eventOf({ kind }))).toBeUndefined()
})

test('who is in the phone’s address book is a contact; in a group the sender is who wrote', async () => {
  isSaved = true
  expect(await deliver(eventOf())).toMatchObject({ is_contact: true })
  const group = { isGroup: true, chat: '120363312246943103@g.us', participant: '182736450918273@lid' }
  expect(await deliver(eventOf(group))).toMatchObject({ from: '@whatsapp_2376987654321:matrix.example.com' })
  expect(await deliver(eventOf({ ...group, phone: undefined }))).toMatchObject({
    from: '@whatsapp_lid-182736450918273:matrix.example.com',
  })
})

test('own messages, and devices of another identity, are not the token’s', async () => {
  expect(await deliver(eventOf({ direction: 'out' }))).toBeUndefined()
  device = { ...device, identity: 'another' }
  expect(await deliver(eventOf())).toBeUndefined()
  device = { ...device, identity: undefined }
  expect(await deliver(eventOf())).toBeUndefined()
})

test('a webhook that is off, whose client is off, or whose token is over, gets nothing; neither does what waited', async () => {
  const owner = webhook.owner ?? { tokenId: 1, clientUid: '', identity: '' }
  const on = webhook
  const [waiting] = await makeFanOut(sources)(ctx, eventOf())
  for (const off of [
    { ...on, active: false },
    { ...on, suspended: true },
    { ...on, owner: { ...owner, expiresAt: '2026-06-21T08:15:01Z' } },
  ]) {
    webhook = off
    expect(await makeFanOut(sources)(ctx, eventOf())).toEqual([])
    const post = async () => ({ status: 200 })
    const port = {
      sources,
      post,
      breaker: makeBreaker(clock),
      publicUrl: '',
      random: () => 0,
      sleep: async () => undefined,
    }
    const attempt = makeDeliver({ ...port, readMedia: async () => Buffer.from('') })
    expect(waiting && (await attempt(ctx, waiting, 1))).toEqual({ state: 'dropped' })
  }
  webhook = { ...on, owner: { ...owner, expiresAt: '2026-06-21T08:16:00Z' } }
  expect(await deliver(eventOf())).toBeDefined()
})
