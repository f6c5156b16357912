import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { contactKey } from '#domains/contacts/model.ts'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { storeMessage } from '#test/harness/stored-messages.ts'
import { teammate } from '#test/harness/team.ts'

const BUDI = { name: 'Budi', phone_e164: '+62 812-3456-7890', company: 'Acme', segment: 'vip' }

let world: ApiWorld
let tenant: TestTenant

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
})
afterAll(() => world?.close())

type Row = Record<string, unknown> & { id: number; name: string }
type Options = { headers?: Record<string, string>; query?: Record<string, string>; body?: unknown }

const call = (method: string, path: string, options: Options = {}): Promise<Invoked> =>
  world.call(method, `/api/v1/contacts${path}`, { headers: { authorization: tenant.apiKey }, ...options })

const create = (body: unknown, headers?: Record<string, string>) =>
  call('POST', '', { body, ...(headers && { headers }) })

const list = async (query: Record<string, string> = {}): Promise<Row[]> =>
  (await call('GET', '', { query })).body as Row[]

const eventsOf = async (id: unknown) =>
  readOutbox((await world.ctx.main.get(contactKey(tenant.tenantId, Number(id)))) ?? {})

test('the documented body makes a contact, which is listed', async () => {
  const made = await create(BUDI)
  expect([made.status, made.body]).toMatchObject([
    201,
    { id: expect.any(Number), name: 'Budi', phone_e164: '+6281234567890', company: 'Acme', segment: 'vip', email: '' },
  ])
  expect(await list()).toEqual([made.body])
  expect(await eventsOf(at(made.body, 'id'))).toMatchObject([{ type: 'contact.created' }])
})

test('a number that a contact has already is refused with that contact’s id', async () => {
  const made = await create(BUDI)
  const again = await create({ ...BUDI, name: 'Other', phone_e164: '6281234567890' })
  expect([again.status, again.body]).toMatchObject([409, { code: 'contact_exists', id: at(made.body, 'id') }])
  const both = await Promise.all([1, 2, 3].map(() => create({ phone_e164: '+15551230001' })))
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  expect(await list()).toHaveLength(2)
})

test('only a number with country code is one, and every field is checked', async () => {
  for (const phone_e164 of ['081234567890', '12', '', 'abc', '+1234567890123456', '+62 812 x', '62@s.whatsapp.net']) {
    const answer = await create({ ...BUDI, phone_e164 })
    expect([answer.status, answer.text], phone_e164).toMatchObject([400, expect.stringContaining('phone_e164')])
  }
  for (const [field, value] of [
    ['name', 'x'.repeat(201)],
    ['segment', 'x'.repeat(61)],
    ['company', 5],
    ['email', 'nobody'],
  ] as const) {
    const answer = await create({ ...BUDI, [field]: value })
    expect([answer.status, answer.text], field).toMatchObject([400, expect.stringContaining(field)])
  }
  expect((await create({ name: 'no number' })).status).toBe(400)
  expect(await list()).toEqual([])
})

test('a message from a number that was written in belongs to its contact, under the name people gave it', async () => {
  const made = await create(BUDI)
  const device = await world.onlineDevice(tenant)
  const place = { tenantId: tenant.tenantId, deviceId: device.id }
  await storeMessage(world.ctx, place, '6281234567890@s.whatsapp.net', { messageId: 'IN1', senderName: 'budi 😎' })
  const rows = await world.call('GET', '/api/v1/conversations', { headers: { authorization: tenant.apiKey } })
  expect(rows.body).toMatchObject([{ contact_id: at(made.body, 'id'), name: 'Budi', phone: '+6281234567890' }])
  expect(await list()).toHaveLength(1)
})

test('who wrote first is a contact, with an event', async () => {
  const device = await world.onlineDevice(tenant)
  const place = { tenantId: tenant.tenantId, deviceId: device.id }
  await storeMessage(world.ctx, place, '15552220001@s.whatsapp.net', { messageId: 'IN1' })
  const [row] = await list()
  expect(row).toMatchObject({ name: '+15552220001', phone_e164: '+15552220001' })
  expect(await eventsOf(row?.id)).toMatchObject([{ type: 'contact.created' }])
})

test('a contact is read and changed by its number; null takes a fact away', async () => {
  const id = at((await create(BUDI)).body, 'id')
  const change = (body: unknown) => call('PATCH', `/${id}/card`, { body })
  const changed = await change({ name: 'Zed', segment: null, email: 'zed@example.com' })
  expect([changed.status, at(changed.body, 'data')]).toMatchObject([
    200,
    { id, name: 'Zed', segment: '', company: 'Acme', email: 'zed@example.com' },
  ])
  expect(await eventsOf(id)).toMatchObject([
    { type: 'contact.updated', facts: { changed: expect.arrayContaining(['name', 'segment', 'email']) } },
  ])
  expect((await call('GET', `/${id}/card`)).body).toEqual(changed.body)
  expect((await change({ name: '' })).body).toMatchObject({ data: { name: '+6281234567890' } })
  expect((await change({ email: 'x' })).status).toBe(400)
})

test('contacts of another tenant are not there, and users need the capability to write', async () => {
  const id = at((await create(BUDI)).body, 'id')
  const other = { authorization: (await world.tenant()).apiKey }
  expect((await call('GET', `/${id}/card`, { headers: other })).status).toBe(404)
  expect((await call('PATCH', `/${id}/card`, { headers: other, body: { name: 'x' } })).status).toBe(404)
  expect((await call('GET', '', { headers: other })).body).toEqual([])
  expect((await call('GET', '/x/card')).status).toBe(404)
  const reader = await teammate(world.ctx, tenant.tenantId, { capabilities: [] })
  expect((await create({ phone_e164: '+15551230009' }, reader.headers)).status).toBe(403)
  expect((await call('PATCH', `/${id}/card`, { headers: reader.headers, body: { name: 'x' } })).status).toBe(403)
  expect((await call('GET', '', { headers: reader.headers })).status).toBe(200)
})

test('the list is sorted by name, searched and paged', async () => {
  for (const [n, name] of ['Zoë', 'anna', 'Émile', 'Bob'].entries()) {
    await create({ name, phone_e164: `+1555123000${n}`, company: n < 2 ? 'Acme' : 'Other' })
  }
  const names = async (query: Record<string, string>) => (await list(query)).map(({ name }) => name)
  expect(await names({})).toEqual(['anna', 'Bob', 'Émile', 'Zoë'])
  expect(await names({ search: 'emi' })).toEqual(['Émile'])
  expect(await names({ search: 'acme zoe' })).toEqual(['Zoë'])
  expect(await names({ search: '1230003' })).toEqual(['Bob'])
  const first = await call('GET', '', { query: { limit: '3' } })
  const cursor = first.headers['x-next-cursor'] ?? ''
  expect(first.body).toHaveLength(3)
  const second = await call('GET', '', { query: { limit: '3', cursor } })
  expect(second.body).toMatchObject([{ name: 'Zoë' }])
  expect(second.headers).not.toHaveProperty('x-next-cursor')
  const tampered = await call('GET', '', { query: { limit: '3', cursor: `${cursor}A` } })
  expect([tampered.status, at(tampered.body, 'code')]).toEqual([400, 'invalid_cursor'])
  expect((await call('GET', '', { query: { search: 'x', cursor } })).status).toBe(400)
})
