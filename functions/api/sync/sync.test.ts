import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Command } from '#domains/commands/model.ts'
import { fail } from '#kit/errors.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'

let world: ApiWorld
let tenant: TestTenant
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
})
beforeEach(async () => {
  device = await world.onlineDevice(tenant)
})
afterAll(() => world?.close())

const call = (path: string, body?: unknown, own = device) =>
  world.call('POST', `/sync/${path}`, { headers: own.headers, body })

const asked = (own = device) =>
  world.runner.commands.filter(({ deviceId }) => deviceId === own.id).map(({ work }: Command) => work)

const PAGE = {
  phone: '5521979232690',
  oldest_message_id: '3EB0ABCD1234567890',
  oldest_message_timestamp: 1704067200000,
}

const NAMES = ['critical_block', 'critical_unblock_low', 'regular_low', 'regular_high', 'regular']

test('app state: every collection says what became of it', async () => {
  world.runner.onQuery('sync.app-state', () =>
    NAMES.map((name) => ({ name, success: true, durationMs: 1234, recoveryRequested: false })),
  )
  const answer = await call('app-state')
  expect(answer.body).toEqual({
    success: true,
    message: 'App state synchronized successfully. All 5 patch types updated.',
    results: NAMES.map((name) => ({ name, success: true, duration: '1.234s', recovery_requested: false })),
    auto_recovery_enabled: true,
  })
  expect(asked()).toEqual([{ type: 'sync.app-state', full: true, recovery: true }])
})

test('app state: one that fails is told with its reason, and the answer is no success', async () => {
  world.runner.onQuery('sync.app-state', () => [
    { name: 'regular', success: false, error: 'timeout waiting for patches', durationMs: 5 },
    { name: 'regular_low', success: true, durationMs: 7 },
  ])
  const answer = await call('app-state', { full_sync: false, auto_recovery: false })
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.body).toEqual({
    success: false,
    message: 'App state synchronized with errors. 1 of 2 patch types failed.',
    results: [
      { name: 'regular', success: false, error: 'timeout waiting for patches', duration: '0.005s' },
      { name: 'regular_low', success: true, duration: '0.007s' },
    ],
    auto_recovery_enabled: false,
  })
  expect(asked()).toEqual([{ type: 'sync.app-state', full: false, recovery: false }])
})

test('older history of a chat is asked for by the message named', async () => {
  world.runner.onQuery('sync.chat-history', () => ({}))
  const answer = await call('history-request', { ...PAGE, oldest_from_me: true, count: 100 })
  expect(answer.body).toEqual({
    success: true,
    message:
      'History sync request sent successfully. History will arrive asynchronously via HistorySync events (webhook/websocket).',
    request_id: PAGE.oldest_message_id,
    chat: '5521979232690@s.whatsapp.net',
    count: 100,
  })
  const group = { ...PAGE, phone: '120363025246817665@g.us' }
  expect(at((await call('history-request', group)).body, 'count')).toBe(50)
  expect(at((await call('history-request', { ...group, count: 0 })).body, 'count')).toBe(50)
  expect(asked()).toEqual([
    {
      type: 'sync.chat-history',
      chat: '5521979232690@s.whatsapp.net',
      messageId: PAGE.oldest_message_id,
      timestampMs: PAGE.oldest_message_timestamp,
      fromMe: true,
      count: 100,
    },
    expect.objectContaining({ chat: group.phone, fromMe: false, count: 50 }),
    expect.objectContaining({ chat: group.phone, fromMe: false, count: 50 }),
  ])
})

test('the whole history is asked for with a request id and the limits as they are sent', async () => {
  world.runner.onQuery('sync.full-history', () => ({}))
  const answer = await call('full-history', { days_limit: 7, size_mb_limit: 500, include_calls: true })
  const requestId = String(at(answer.body, 'request_id'))
  expect(requestId).toMatch(/^[0-9A-F]{32}$/)
  expect(answer.body).toMatchObject({
    success: true,
    config: { days_limit: 7, size_mb_limit: 500, include_groups: true, include_calls: true },
  })
  expect(asked()).toEqual([{ type: 'sync.full-history', requestId, days: 7, sizeMb: 500, groups: true, calls: true }])
  expect((await call('full-history')).body).toMatchObject({
    config: { days_limit: 30, size_mb_limit: 1000, include_groups: true, include_calls: false },
  })
})

test('wrong types, missing fields and limits are refused before anything is asked', async () => {
  const bad: [string, unknown][] = [
    ['app-state', { full_sync: 'yes' }],
    ['app-state', { auto_recovery: 1 }],
    ['history-request', {}],
    ['history-request', { ...PAGE, phone: 'nobody' }],
    ['history-request', { ...PAGE, oldest_message_id: '' }],
    ['history-request', { ...PAGE, oldest_message_timestamp: '1704067200000' }],
    ['history-request', { ...PAGE, count: -1 }],
    ['history-request', { ...PAGE, count: '0' }],
    ['full-history', { days_limit: -1 }],
    ['full-history', { size_mb_limit: 2 ** 32 }],
    ['full-history', { include_groups: 'all' }],
  ]
  for (const [path, body] of bad) {
    expect(await call(path, body), JSON.stringify(body)).toMatchObject({ status: 400, body: { success: false } })
  }
  expect(asked()).toEqual([])
})

test('without a client there is none to be found; one whose connection is down is not connected', async () => {
  const unpaired = await world.device(tenant)
  for (const [path, body] of [['app-state'], ['history-request', PAGE], ['full-history']] as const) {
    const answer = await call(path, body, unpaired)
    expect(answer).toMatchObject({ status: 404, body: { code: 404, error: 'Client not found', success: false } })
  }
  await world.set(device, { state: 'waiting' })
  expect(await call('app-state')).toMatchObject({ status: 400, body: { error: 'Client not connected' } })
  expect(await call('full-history')).toMatchObject({ status: 400, body: { error: 'Client not connected to WhatsApp' } })
  expect(await call('history-request', PAGE)).toMatchObject({
    status: 500,
    body: { error: 'Failed to send request: the client is not connected' },
  })
})

test('a request that WhatsApp does not take is no success', async () => {
  world.runner.onQuery('sync.chat-history', () => {
    throw fail('upstream_error', { message: 'WhatsApp refused the request with 500.' })
  })
  world.runner.onQuery('sync.full-history', () => {
    throw fail('device_not_connected')
  })
  expect(await call('history-request', PAGE)).toMatchObject({
    status: 500,
    body: { error: 'Failed to send request: WhatsApp refused the request with 500.' },
  })
  expect(await call('full-history')).toMatchObject({
    status: 500,
    body: { error: expect.stringContaining('Failed to send full history sync request: ') },
  })
})

test('nobody without a token is heard, and a token moves nothing but its own device', async () => {
  const other = await world.onlineDevice(await world.tenant())
  for (const path of ['app-state', 'history-request', 'full-history']) {
    expect(await world.call('POST', `/sync/${path}`, { body: PAGE })).toMatchObject({ status: 401 })
  }
  world.runner.onQuery('sync.full-history', () => ({}))
  await call('full-history', {}, other)
  expect(asked()).toEqual([])
  expect(asked(other)).toHaveLength(1)
})
