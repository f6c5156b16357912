import { expect, test } from 'vitest'
import type { Context } from '#kit/context.ts'
import type { EventRecord } from '#kit/define-event.ts'
import { type Device, type DeviceWebhook, defaultSettings } from '../devices/model.ts'
import type { Webhook } from '../webhooks/model.ts'
import { deviceWants, makeFanOut } from './fan-out.ts'
import { groupOf } from './queue.ts'

/** Events are looked at two seconds after they were raised, unless a test says otherwise. */
let nowMs = Date.parse('2026-06-21T08:15:02.000Z')
const ctx = { clock: { nowMs: () => nowMs, monotonicMs: () => 0 } } as Context

const eventOf = (type: string, data: Record<string, unknown> = {}, extra: Partial<EventRecord> = {}): EventRecord => ({
  id: 'evt_1',
  type,
  version: 1,
  at: '2026-06-21T08:15:00.000Z',
  tenantId: 'org_1',
  deviceId: 'd1',
  conversationId: 12,
  data: { direction: 'in', chat: '1@s.whatsapp.net', isGroup: false, source: 'contact', ...data },
  ...extra,
})

const hook = (events: string[], style: DeviceWebhook['style'] = 'digigo', active = true): DeviceWebhook => ({
  url: 'https://hooks.example',
  events,
  active,
  style,
})

const device = (webhook?: DeviceWebhook, settings: Partial<Device['settings']> = {}): Device =>
  ({ id: 'd1', tenantId: 'org_1', webhook, settings: { ...defaultSettings(), ...settings } }) as Device

const wants = (type: string, webhook: DeviceWebhook, data = {}, settings = {}): boolean =>
  deviceWants(device(webhook, settings), eventOf(type, data))

test('a device gets what it subscribed to, by the names of its document', () => {
  expect(wants('message.received', hook(['Message']))).toBe(true)
  expect(wants('message.read', hook(['Message']))).toBe(false)
  expect(wants('message.read', hook(['ReadReceipt']))).toBe(true)
  expect(wants('message.delivered', hook(['Receipt']))).toBe(true)
  expect(wants('device.connected', hook(['All']))).toBe(true)
  expect(wants('message.received', hook([]))).toBe(false)
})

test('a Manager device has no subscription and gets everything', () => {
  expect(wants('message.received', hook([], 'manager'))).toBe(true)
})

test('a webhook that is switched off, and an event without a name, get nothing', () => {
  expect(wants('message.received', hook(['All'], 'digigo', false))).toBe(false)
  expect(wants('message.accepted', hook(['All']))).toBe(false)
})

test('messages of the API come back only where the echo is on', () => {
  const sent = { direction: 'out', source: 'api' }
  expect(wants('message.sent', hook(['All']), sent)).toBe(false)
  expect(wants('message.sent', hook(['All']), sent, { echoApiMessages: true })).toBe(true)
  expect(wants('message.sent', hook(['All']), { ...sent, source: 'phone' }, { echoApiMessages: true })).toBe(false)
})

test('the installation can switch every echo off, but not one that was asked for with the message', () => {
  const sent = { direction: 'out', source: 'api' }
  const asked = { ...sent, payload: { echoApi: true } }
  process.env.ECHO_API_MESSAGES_ENABLED = 'false'
  expect(wants('message.sent', hook(['All']), sent, { echoApiMessages: true })).toBe(false)
  expect(wants('message.sent', hook(['All']), asked)).toBe(true)
  delete process.env.ECHO_API_MESSAGES_ENABLED
})

test('an echo passes the same filters as any message of the account', () => {
  const sent = { direction: 'out', source: 'api' }
  const group = { ...sent, chat: '1@g.us', isGroup: true }
  expect(wants('message.sent', hook(['All']), sent, { echoApiMessages: true, skipOwnMessages: true })).toBe(false)
  expect(wants('message.sent', hook(['All']), group, { echoApiMessages: true, skipGroups: true })).toBe(false)
  expect(wants('message.sent', hook(['All']), { ...sent, payload: { echoApi: true } }, { skipOwnMessages: true })).toBe(
    true,
  )
})

test('reading on the phone is left out with the chats that are', () => {
  const receipts = hook(['ReadReceipt'])
  expect(wants('message.read_elsewhere', receipts, { chat: '1@g.us' }, { skipGroups: true })).toBe(false)
  expect(wants('message.read_elsewhere', receipts, {}, { skipGroups: true, skipOwnMessages: true })).toBe(true)
})

test('a skip is about its own kind of chat only', () => {
  const post = { isGroup: true, chat: '1@newsletter' }
  expect(wants('message.received', hook(['All']), post, { skipGroups: true })).toBe(true)
})

test('the filters of the device hold for messages, not for its own state', () => {
  const all = hook(['All'])
  expect(wants('message.received', all, { isGroup: true, chat: '1@g.us' }, { skipGroups: true })).toBe(false)
  expect(wants('message.received', all, { chat: '1@newsletter' }, { skipNewsletters: true })).toBe(false)
  expect(wants('message.received', all, { chat: 'status@broadcast' }, { skipBroadcasts: true })).toBe(false)
  expect(wants('message.received', all, { direction: 'out' }, { skipOwnMessages: true })).toBe(false)
  expect(wants('message.read', all, { direction: 'out' }, { skipOwnMessages: true })).toBe(true)
  expect(wants('device.connected', all, { chat: undefined }, { skipGroups: true })).toBe(true)
})

test('an event goes to every endpoint that wants it, and only a real inbound message to tenant webhooks', async () => {
  const fanOut = makeFanOut({
    device: async () => device(hook(['All'])),
    webhooks: async (_, tenantId) =>
      [true, false].map((active, at) => ({
        id: at + 1,
        tenantId,
        url: 'u',
        active,
        style: 'ceox',
        createdAt: '2026-06-21T08:15:00.000Z',
        updatedAt: '2026-06-21T08:15:00.000Z',
      })),
  })
  const endpoints = async (event: EventRecord): Promise<unknown[]> =>
    (await fanOut(ctx, event)).map(({ endpoint }) => ('deviceId' in endpoint ? endpoint.deviceId : endpoint.webhookId))
  expect(await endpoints(eventOf('message.received'))).toEqual([1, 'd1'])
  expect(await endpoints(eventOf('message.received', { direction: 'out' }))).toEqual(['d1'])
  expect(await endpoints(eventOf('message.read'))).toEqual(['d1'])
})

test('a device of another tenant is never told', async () => {
  const fanOut = makeFanOut({ device: async () => device(hook(['All'])), webhooks: async () => [] })
  expect(await fanOut(ctx, eventOf('message.received', {}, { tenantId: 'org_2' }))).toEqual([])
})

test('events that concern no webhook cost no lookup, and others one lookup for many', async () => {
  let lookups = 0
  const count = async (): Promise<never[]> => {
    lookups += 1
    return []
  }
  const fanOut = makeFanOut({
    device: async () => {
      lookups += 1
      return device()
    },
    webhooks: count,
  })
  await fanOut(ctx, eventOf('message.accepted'))
  await fanOut(ctx, eventOf('conversation.created'))
  expect(lookups).toBe(0)
  await Promise.all(Array.from({ length: 20 }, () => fanOut(ctx, eventOf('message.received'))))
  expect(lookups).toBe(2)
})

test('a webhook set a moment after a lookup gets every message that follows it', async () => {
  let stored = device()
  let registered: Webhook[] = []
  const fanOut = makeFanOut({ device: async () => stored, webhooks: async () => registered })
  const arriving = (): EventRecord => eventOf('message.received', {}, { at: new Date(nowMs++).toISOString() })
  const before = arriving()
  expect(await fanOut(ctx, before)).toEqual([])
  stored = device(hook(['All']))
  registered = [{ id: 1, tenantId: 'org_1', active: true } as Webhook]
  nowMs += 1
  const deliveries = await fanOut(ctx, arriving())
  expect(deliveries.map(({ endpoint }) => endpoint.kind)).toEqual(['webhook', 'device'])
})

test('events that were raised before a lookup began share it', async () => {
  let lookups = 0
  const count = async (): Promise<Webhook[]> => {
    lookups += 1
    return []
  }
  const fanOut = makeFanOut({ device: async () => device(hook(['All'])), webhooks: count })
  const raised = Array.from({ length: 20 }, () =>
    eventOf('message.received', {}, { at: new Date(nowMs).toISOString() }),
  )
  nowMs += 300
  for (const event of raised) await fanOut(ctx, event)
  expect(lookups).toBe(1)
})

test('a lookup that failed is not remembered', async () => {
  let calls = 0
  const fanOut = makeFanOut({
    device: async () => {
      calls += 1
      if (calls === 1) throw new Error('table is away')
      return device(hook(['All']))
    },
    webhooks: async () => [],
  })
  await expect(fanOut(ctx, eventOf('message.read'))).rejects.toThrow('away')
  expect(await fanOut(ctx, eventOf('message.read'))).toHaveLength(1)
})

test('what follows a change of the address does not wait for what the old one did not take', async () => {
  const groups: string[] = []
  for (const url of ['https://old.example', 'https://old.example', 'https://new.example']) {
    const source = async () => device({ ...hook(['All']), url })
    const fanOut = makeFanOut({ device: source, webhooks: async () => [] })
    const [delivery] = await fanOut(ctx, eventOf('message.received'))
    if (delivery) groups.push(groupOf(delivery))
  }
  expect(groups[0]).toBe(groups[1])
  expect(groups[2]).not.toBe(groups[0])
  expect(groups.join()).not.toContain('example')
})

test('one conversation at one endpoint is one group; all else is apart', () => {
  const endpoint = { kind: 'device', tenantId: 'org_1', deviceId: 'd1' } as const
  const other = { kind: 'webhook', tenantId: 'org_1', webhookId: 3 } as const
  const message = eventOf('message.received')
  const groups = [
    groupOf({ endpoint, event: message }),
    groupOf({ endpoint, event: eventOf('message.read') }),
    groupOf({ endpoint, event: { ...message, conversationId: 13 } }),
    groupOf({ endpoint: other, event: message }),
    groupOf({ endpoint, event: { ...message, conversationId: undefined } }),
    // A long history is in the way of nothing that happens now.
    groupOf({ endpoint, event: { ...message, type: 'history.received', conversationId: undefined } }),
  ]
  expect(groups[0]).toBe(groups[1])
  expect(new Set(groups).size).toBe(5)
})
