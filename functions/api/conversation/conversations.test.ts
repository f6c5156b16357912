import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { makeThreads } from '#domains/conversations/threads.ts'
import { listDevices } from '#domains/devices/repo.ts'
import { messageKey } from '#domains/messages/model.ts'
import { isoTime } from '#kit/clock.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { storeMessage } from '#test/harness/stored-messages.ts'
import { teammate } from '#test/harness/team.ts'

const FRIEND = '15552220001@s.whatsapp.net'

let world: ApiWorld
let tenant: TestTenant
let first: ApiDevice
let second: ApiDevice
let numbers: number[]

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
  first = await world.onlineDevice(tenant, '628111111111')
  second = await world.onlineDevice(tenant, '628222222222')
  numbers = (await listDevices(world.ctx, tenant.tenantId)).map(({ number }) => number)
})
afterAll(() => world?.close())

type Row = Record<string, unknown> & { id: number; status: string }
type Options = { headers?: Record<string, string>; query?: Record<string, string>; body?: unknown }

const call = (method: string, path: string, options: Options = {}): Promise<Invoked> =>
  world.call(method, `/api/v1${path}`, { headers: { authorization: tenant.apiKey }, ...options })

const list = async (query: Record<string, string> = {}, headers?: Record<string, string>): Promise<Row[]> => {
  const answer = await call('GET', '/conversations', { query, ...(headers && { headers }) })
  expect(answer.status, answer.text).toBe(200)
  return answer.body as Row[]
}

let stored = 0
const arrives = (device = first, jid = FRIEND, more: Record<string, unknown> = {}) => {
  stored += 1
  const place = { tenantId: tenant.tenantId, deviceId: device.id }
  return storeMessage(world.ctx, place, jid, { messageId: `IN${stored}`, phone: jid.split('@')[0], ...more })
}

const say = (id: number, status: string, headers?: Record<string, string>) =>
  call('POST', `/conversations/${id}/status`, { body: { status }, ...(headers && { headers }) })

test('one row for each contact on each device, the newest message first', async () => {
  const older = await arrives(first, FRIEND, { text: 'to the first' })
  const newer = await arrives(second, FRIEND, { text: 'to the second' })
  const rows = await list()
  expect(rows).toMatchObject([
    {
      id: newer.conversationId,
      device_id: numbers[1],
      device_name: 'test device',
      device_phone: '+628222222222',
      name: '+15552220001',
      phone: '+15552220001',
      is_group: false,
      last_message: { wa_message_id: newer.messageId, direction: 'in', kind: 'text', body: 'to the second' },
      last_message_at: newer.timestamp,
      unread: 1,
      status: 'open',
      needs_action: true,
      waiting_since: newer.timestamp,
      assigned_to: null,
    },
    { id: older.conversationId, device_id: numbers[0], unread: 1 },
  ])
  expect(rows[0]?.contact_id).toBe(rows[1]?.contact_id)
  await arrives(first)
  expect((await list()).map(({ id }) => id)).toEqual([older.conversationId, newer.conversationId])
})

test('a solved conversation is hidden, stays under its filter, and comes back with the next message', async () => {
  const { conversationId: id } = await arrives()
  const answer = await say(id, 'solved')
  expect([answer.status, answer.body]).toMatchObject([200, { id, status: 'solved', unread: 0, needs_action: false }])
  expect(await list()).toEqual([])
  expect(await list({ status: 'solved' })).toMatchObject([{ id, status: 'solved' }])
  expect(await list({ status: 'all' })).toHaveLength(1)
  await arrives()
  expect(await list()).toMatchObject([{ id, status: 'open', unread: 1 }])
  expect(await list({ status: 'solved' })).toEqual([])
})

test('a conversation is reopened by request: for a user who asks as his own', async () => {
  const ann = await teammate(world.ctx, tenant.tenantId, { capabilities: ['chats.send', 'inbox.view_all'] })
  const { conversationId: id } = await arrives()
  await say(id, 'solved')
  expect((await say(id, 'open')).body).toMatchObject({ status: 'open', assigned_to: null })
  expect((await say(id, 'open')).status).toBe(200)
  await say(id, 'solved', ann.headers)
  expect((await say(id, 'open', ann.headers)).body).toMatchObject({
    status: 'open',
    assigned_to: { id: ann.id, name: 'Ann' },
  })
})

test('who may not send may not solve; what is no status is refused', async () => {
  const reader = await teammate(world.ctx, tenant.tenantId, { capabilities: ['inbox.view_all'] })
  const { conversationId: id } = await arrives()
  expect((await say(id, 'solved', reader.headers)).status).toBe(403)
  const odd = await say(id, 'closed')
  expect([odd.status, odd.text]).toMatchObject([400, expect.stringContaining('status')])
  expect(await list({}, reader.headers)).toHaveLength(1)
})

test('a user sees the conversations of the devices in his inboxes; others are not there for him', async () => {
  await world.set(first, { inboxId: 7 })
  await world.set(second, { inboxId: 8 })
  const mine = await arrives(first)
  const others = await arrives(second)
  const ann = await teammate(world.ctx, tenant.tenantId, { inboxIds: [7] })
  const boss = await teammate(world.ctx, tenant.tenantId, { inboxIds: [7], capabilities: ['inbox.view_all'] })
  expect((await list({}, ann.headers)).map(({ id }) => id)).toEqual([mine.conversationId])
  expect(await list({}, boss.headers)).toHaveLength(2)
  const paths: [string, string, unknown?][] = [
    ['GET', 'row'],
    ['GET', 'messages'],
    ['POST', 'messages', { Body: 'x' }],
    ['POST', 'read'],
    ['POST', 'status', { status: 'solved' }],
  ]
  for (const [method, path, body] of paths) {
    const ask = (id: number) => call(method, `/conversations/${id}/${path}`, { headers: ann.headers, body })
    expect((await ask(others.conversationId)).status, path).toBe(404)
    expect((await ask(mine.conversationId)).status, path).toBe(200)
  }
})

test('another tenant’s conversations, and what is no number, are not found', async () => {
  const { conversationId: id } = await arrives()
  const other = await world.tenant()
  const headers = { authorization: other.apiKey }
  for (const path of ['row', 'messages']) {
    expect((await call('GET', `/conversations/${id}/${path}`, { headers })).status).toBe(404)
    expect((await call('GET', `/conversations/x/${path}`)).status).toBe(404)
  }
  expect((await say(id, 'solved', headers)).status).toBe(404)
  expect(await list({}, headers)).toEqual([])
})

test('filters by device, unread messages and words', async () => {
  const a = await arrives(first, FRIEND, { text: 'Café au lait' })
  const b = await arrives(second, '15552220002@s.whatsapp.net', { text: 'tea' })
  const ids = async (query: Record<string, string>) => (await list(query)).map(({ id }) => id)
  expect(await ids({ device_id: String(numbers[1]) })).toEqual([b.conversationId])
  expect(await ids({ search: 'cafe' })).toEqual([a.conversationId])
  expect(await ids({ search: '+1 555 222-0002' })).toEqual([b.conversationId])
  expect(await ids({ search: 'nobody' })).toEqual([])
  await call('POST', `/conversations/${b.conversationId}/read`)
  expect(await ids({ unread: 'true' })).toEqual([a.conversationId])
})

test('bad parameters are named', async () => {
  for (const [name, value] of [
    ['limit', '0'],
    ['limit', '501'],
    ['limit', 'x'],
    ['status', 'closed'],
    ['device_id', 'x'],
    ['unread', '1'],
  ] as const) {
    const answer = await call('GET', '/conversations', { query: { [name]: value } })
    expect([answer.status, answer.text], name).toMatchObject([400, expect.stringContaining(name)])
  }
})

test('a row shows how far our newest message is', async () => {
  const { conversationId } = await arrives()
  const sent = await call('POST', `/conversations/${conversationId}/messages`, { body: { Body: 'ours' } })
  const key = messageKey(tenant.tenantId, conversationId, String(at(sent.body, 'wa_message_id')))
  await world.ctx.main.update(key, { set: { status: 'read' } })
  expect(await list()).toMatchObject([{ last_message: { body: 'ours', status: 'read', direction: 'out' } }])
})

test('one row by itself is the row of the list', async () => {
  const { conversationId } = await arrives()
  const { body } = await call('GET', `/conversations/${conversationId}/row`)
  expect((body as { data: Row }).data).toEqual((await list())[0])
})

test('the number of a conversation that went up in another stands for that one', async () => {
  const [pn, lid] = [FRIEND, '98765432100001@lid']
  const stays = await arrives(first, pn)
  const goes = await arrives(first, lid, { phone: undefined, lid: '98765432100001' })
  expect(await list()).toHaveLength(2)
  const threads = makeThreads(makeCounters(world.ctx.main))
  await threads.join(world.ctx, { tenantId: tenant.tenantId, deviceId: first.id }, { pn, lid })
  expect(await list()).toMatchObject([{ id: stays.conversationId, unread: 2 }])
  const row = await call('GET', `/conversations/${goes.conversationId}/row`)
  expect(at(row.body, 'data.id')).toBe(stays.conversationId)
  expect((await call('GET', `/conversations/${goes.conversationId}/messages`)).body).toHaveLength(2)
  expect((await call('GET', '/contacts')).body).toHaveLength(1)
})

test('groups have their own rows', async () => {
  await arrives(first, '120363000000000009@g.us', { phone: '15552220003', senderName: 'Bob' })
  expect(await list()).toMatchObject([{ is_group: true, contact_id: null, phone: '', unread: 1 }])
})

test('pages follow each other without gaps, also through two lists at once', async () => {
  const ids: number[] = []
  for (let n = 0; n < 7; n += 1) {
    const message = await arrives(first, `1555333000${n}@s.whatsapp.net`, { timestamp: isoTime(Date.now() + n * 1000) })
    ids.unshift(message.conversationId)
  }
  for (const at of [1, 2, 5]) await say(ids[at] ?? 0, 'solved')
  const seen: number[] = []
  let query: Record<string, string> = { status: 'all', limit: '2' }
  for (let page = 0; page < 10; page += 1) {
    const answer = await call('GET', '/conversations', { query })
    seen.push(...(answer.body as Row[]).map(({ id }) => id))
    const cursor = answer.headers['x-next-cursor']
    if (!cursor) break
    expect(answer.headers.link).toBe(`</api/v1/conversations?status=all&limit=2&cursor=${cursor}>; rel="next"`)
    query = { ...query, cursor }
  }
  expect(seen).toEqual(ids)
})

test('a cursor of other filters, of another tenant or of somebody’s own making is refused', async () => {
  for (let n = 0; n < 3; n += 1) await arrives(first, `1555444000${n}@s.whatsapp.net`)
  const page = await call('GET', '/conversations', { query: { limit: '1' } })
  const cursor = page.headers['x-next-cursor'] ?? ''
  const other = await world.tenant()
  const refused: [Record<string, string>, Record<string, string>?][] = [
    [{ cursor: `${cursor}x` }],
    [{ cursor: `x${cursor}` }],
    [{ cursor: 'abc' }],
    [{ cursor, status: 'all' }],
    [{ cursor }, { authorization: other.apiKey }],
  ]
  for (const [query, headers] of refused) {
    const answer = await call('GET', '/conversations', { query, ...(headers && { headers }) })
    expect([answer.status, at(answer.body, 'code')]).toEqual([400, 'invalid_cursor'])
  }
  expect((await call('GET', '/conversations', { query: { limit: '2', cursor } })).body).toHaveLength(2)
})
