import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { findDevice, listDevices } from '#domains/devices/repo.ts'
import { inboxKey } from '#domains/inboxes/model.ts'
import { findUser } from '#domains/users/repo.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { type Teammate, teammate } from '#test/harness/team.ts'

type Headers = Record<string, string>

let world: ApiWorld
let tenant: TestTenant
let asKey: Headers
let ann: Teammate
let device: ApiDevice
let number: number

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
  asKey = { authorization: tenant.apiKey }
  ann = await teammate(world.ctx, tenant.tenantId)
  device = await world.onlineDevice(tenant)
  number = (await findDevice(world.ctx, device.id))?.number ?? 0
})
afterAll(() => world?.close())

const call = (method: string, path: string, body?: unknown, headers: Headers = asKey): Promise<Invoked> =>
  world.call(method, `/api/v1${path}`, { headers, body })

const inbox = async (name = 'Sales'): Promise<number> =>
  Number(at((await call('POST', '/inboxes', { name })).body, 'id'))

const counts = async (): Promise<Record<string, number[]>> => {
  const rows = (await call('GET', '/inboxes')).body as { name: string; member_count: number; device_count: number }[]
  return Object.fromEntries(rows.map((row) => [row.name, [row.member_count, row.device_count]]))
}

const seen = async (headers: Headers): Promise<number[]> =>
  ((await call('GET', '/devices', undefined, headers)).body as { id: number }[]).map(({ id }) => id)

const storedEvents = async (id: number) =>
  readOutbox((await world.ctx.main.get(inboxKey(tenant.tenantId, id))) ?? {}).map(({ type }) => type)

test('an inbox is made as documented, with what is left out empty', async () => {
  const made = await call('POST', '/inboxes', { name: 'Sales', description: 'Sales team', color: '#16a34a' })
  const row = {
    id: expect.any(Number),
    name: 'Sales',
    description: 'Sales team',
    color: '#16a34a',
    member_count: 0,
    device_count: 0,
  }
  expect([made.status, made.body]).toEqual([201, row])
  const bare = await call('POST', '/inboxes', { name: 'Support' })
  expect(bare.body).toMatchObject({ description: '', color: '' })
  expect((await call('GET', '/inboxes')).body).toEqual([made.body, bare.body])
  expect(await storedEvents(Number(at(made.body, 'id')))).toEqual(['inbox.created'])
})

test('any subset changes an inbox; bad fields are named', async () => {
  const id = await inbox()
  await call('PATCH', `/inboxes/${id}`, { color: '#16a34a' })
  const renamed = await call('PATCH', `/inboxes/${id}`, { name: 'Sales APAC' })
  expect([renamed.status, renamed.body]).toMatchObject([200, { name: 'Sales APAC', color: '#16a34a', description: '' }])
  expect(await storedEvents(id)).toEqual(['inbox.updated'])
  for (const [field, value] of [
    ['name', ''],
    ['name', 'x'.repeat(61)],
    ['description', 'x'.repeat(501)],
    ['color', 'green'],
    ['color', 5],
  ] as const) {
    const changed = await call('PATCH', `/inboxes/${id}`, { [field]: value })
    expect([changed.status, changed.text], field).toMatchObject([400, expect.stringContaining(field)])
    const made = await call('POST', '/inboxes', { name: 'Other', [field]: value })
    expect([made.status, made.text], field).toMatchObject([400, expect.stringContaining(field)])
  }
  expect(Object.keys(await counts())).toEqual(['Sales APAC'])
})

test('members come and go; each is counted once', async () => {
  const id = await inbox()
  for (const user_id of [ann.id, String(ann.id)]) {
    const added = await call('POST', `/inboxes/${id}/members`, { user_id })
    expect([added.status, added.body]).toMatchObject([200, { id: ann.id, name: 'Ann', inbox_ids: [id] }])
  }
  expect(await counts()).toEqual({ Sales: [1, 0] })
  expect(await storedEvents(id)).toEqual(['inbox.member_added'])
  expect((await call('GET', `/inboxes/${id}/members`)).body).toMatchObject([{ id: ann.id, inbox_ids: [id] }])
  const removed = await call('DELETE', `/inboxes/${id}/members/${ann.id}`)
  expect([removed.status, removed.body]).toMatchObject([200, { id: ann.id, inbox_ids: [] }])
  expect(await storedEvents(id)).toEqual(['inbox.member_removed'])
  expect((await call('DELETE', `/inboxes/${id}/members/${ann.id}`)).status).toBe(404)
  expect((await call('GET', `/inboxes/${id}/members`)).body).toEqual([])
  expect(await counts()).toEqual({ Sales: [0, 0] })
  const unknown = await call('POST', `/inboxes/${id}/members`, { user_id: 4242 })
  expect([unknown.status, at(unknown.body, 'error')]).toEqual([404, 'There is no user 4242.'])
  expect((await call('POST', `/inboxes/${id}/members`, { user_id: 'x' })).text).toContain('user_id')
})

test('many who are put into an inbox at once are all in it, and counted', async () => {
  const id = await inbox()
  const users = await Promise.all([1, 2, 3, 4, 5].map(() => teammate(world.ctx, tenant.tenantId)))
  const answers = await Promise.all(users.map((user) => call('POST', `/inboxes/${id}/members`, { user_id: user.id })))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect((await call('GET', `/inboxes/${id}/members`)).body).toHaveLength(5)
  expect(await counts()).toEqual({ Sales: [5, 0] })
})

test('a device belongs to one inbox: it leaves the one it was in', async () => {
  const [sales, support] = [await inbox('Sales'), await inbox('Support')]
  const put = (id: number) => call('POST', `/inboxes/${id}/devices`, { device_id: number })
  const assigned = await put(sales)
  expect([assigned.status, assigned.body]).toMatchObject([200, { id: number, inbox_id: sales }])
  expect((await put(sales)).status).toBe(200)
  expect(await counts()).toEqual({ Sales: [0, 1], Support: [0, 0] })
  expect((await put(support)).body).toMatchObject({ inbox_id: support })
  expect(await counts()).toEqual({ Sales: [0, 0], Support: [0, 1] })
  await Promise.all([put(sales), put(support), put(sales)])
  const where = (await findDevice(world.ctx, device.id))?.inboxId
  expect(await counts()).toEqual(
    where === sales ? { Sales: [0, 1], Support: [0, 0] } : { Sales: [0, 0], Support: [0, 1] },
  )
  const unknown = await call('POST', `/inboxes/${sales}/devices`, { device_id: 4242 })
  expect([unknown.status, at(unknown.body, 'error')]).toEqual([404, 'There is no device 4242.'])
  expect((await call('POST', `/inboxes/${sales}/devices`, {})).text).toContain('device_id')
})

test('the event of an assignment says from where to where', async () => {
  const [sales, support] = [await inbox('Sales'), await inbox('Support')]
  await call('POST', `/inboxes/${sales}/devices`, { device_id: number })
  await call('POST', `/inboxes/${support}/devices`, { device_id: number })
  const stored = (await world.ctx.main.get({ pk: `D#${device.id}`, sk: 'META' })) ?? {}
  expect(readOutbox(stored)).toMatchObject([{ type: 'inbox.device_assigned', facts: { previous: sales } }])
})

test('a device that is deleted is in no inbox any more', async () => {
  const id = await inbox()
  await call('POST', `/inboxes/${id}/devices`, { device_id: number })
  await world.set(device, { state: 'idle', jid: undefined })
  const gone = await world.call('DELETE', `/admin/users/${device.id}`, {
    headers: { authorization: tenant.adminToken },
  })
  expect(gone.status, gone.text).toBe(200)
  expect(await counts()).toEqual({ Sales: [0, 0] })
})

test('who is in inboxes sees exactly their devices, who is in none those in none, who may see all sees all', async () => {
  const other = await world.onlineDevice(tenant)
  const free = (await findDevice(world.ctx, other.id))?.number ?? 0
  const boss = await teammate(world.ctx, tenant.tenantId, { capabilities: ['inbox.view_all'] })
  const bob = await teammate(world.ctx, tenant.tenantId)
  expect(await seen(ann.headers), 'without inboxes everybody sees all').toEqual([number, free])
  const [sales, support] = [await inbox('Sales'), await inbox('Support')]
  await call('POST', `/inboxes/${sales}/devices`, { device_id: number })
  expect(await seen(ann.headers)).toEqual([free])
  await call('POST', `/inboxes/${sales}/members`, { user_id: ann.id })
  expect(await seen(ann.headers)).toEqual([number])
  expect(await seen(bob.headers)).toEqual([free])
  await call('POST', `/inboxes/${support}/members`, { user_id: bob.id })
  expect(await seen(bob.headers)).toEqual([])
  await call('POST', `/inboxes/${sales}/members`, { user_id: boss.id })
  expect(await seen(boss.headers)).toEqual([number, free])
  expect(await seen(asKey)).toEqual([number, free])
  await call('DELETE', `/inboxes/${sales}/members/${ann.id}`)
  expect(await seen(ann.headers)).toEqual([free])
})

test('a deleted inbox leaves its devices and its members to be in none', async () => {
  const [sales, support] = [await inbox('Sales'), await inbox('Support')]
  await call('POST', `/inboxes/${sales}/devices`, { device_id: number })
  await call('POST', `/inboxes/${sales}/members`, { user_id: ann.id })
  const bob = await teammate(world.ctx, tenant.tenantId)
  for (const id of [sales, support]) await call('POST', `/inboxes/${id}/members`, { user_id: bob.id })
  const gone = await call('DELETE', `/inboxes/${sales}`)
  expect([gone.status, gone.body]).toEqual([200, { id: sales, deleted: true }])
  expect(await counts()).toEqual({ Support: [1, 0] })
  expect((await findDevice(world.ctx, device.id))?.inboxId).toBeUndefined()
  expect((await findUser(world.ctx, tenant.tenantId, ann.id))?.inboxIds).toEqual([])
  expect((await findUser(world.ctx, tenant.tenantId, bob.id))?.inboxIds).toEqual([support])
  expect(await seen(ann.headers)).toEqual([number])
  expect(await seen(bob.headers)).toEqual([])
  for (const [method, path, body] of [
    ['DELETE', '', undefined],
    ['PATCH', '', { name: 'x' }],
    ['GET', '/members', undefined],
    ['POST', '/members', { user_id: ann.id }],
    ['DELETE', `/members/${ann.id}`, undefined],
    ['POST', '/devices', { device_id: number }],
  ] as const) {
    expect((await call(method, `/inboxes/${sales}${path}`, body)).status, `${method} ${path}`).toBe(404)
  }
})

test('a deletion that broke off is carried on; meanwhile nothing comes into the inbox', async () => {
  const id = await inbox()
  await call('POST', `/inboxes/${id}/devices`, { device_id: number })
  await call('POST', `/inboxes/${id}/members`, { user_id: ann.id })
  await world.ctx.main.update(inboxKey(tenant.tenantId, id), { set: { deletedAt: '2026-11-20T09:00:00.000Z' } })
  expect(await counts()).toEqual({})
  const bob = await teammate(world.ctx, tenant.tenantId)
  expect((await call('POST', `/inboxes/${id}/members`, { user_id: bob.id })).status).toBe(404)
  const named = await call('PATCH', `/users/${bob.id}`, { inbox_ids: [id] })
  expect([named.status, named.text]).toMatchObject([400, expect.stringContaining('inbox_ids')])
  expect((await call('DELETE', `/inboxes/${id}`)).status).toBe(200)
  expect((await listDevices(world.ctx, tenant.tenantId)).map(({ inboxId }) => inboxId)).toEqual([undefined])
  expect((await findUser(world.ctx, tenant.tenantId, ann.id))?.inboxIds).toEqual([])
  expect((await call('DELETE', `/inboxes/${id}`)).status).toBe(404)
})

test('who comes into an inbox while it is deleted is not left in it', async () => {
  for (let round = 0; round < 4; round += 1) {
    const id = await inbox(`Sales ${round}`)
    const answers = await Promise.all([
      call('DELETE', `/inboxes/${id}`),
      call('POST', `/inboxes/${id}/members`, { user_id: ann.id }),
      call('POST', `/inboxes/${id}/devices`, { device_id: number }),
    ])
    expect(answers[0]?.status, answers[0]?.text).toBe(200)
    expect((await findUser(world.ctx, tenant.tenantId, ann.id))?.inboxIds).toEqual([])
    expect((await findDevice(world.ctx, device.id))?.inboxId).toBeUndefined()
  }
})

test('who lacks the capability, has no credential, or is of another tenant gets nowhere', async () => {
  const id = await inbox()
  const other = await world.tenant()
  for (const [method, path, body] of [
    ['GET', '/inboxes', undefined],
    ['POST', '/inboxes', { name: 'Mine' }],
    ['PATCH', `/inboxes/${id}`, { name: 'Mine' }],
    ['GET', `/inboxes/${id}/members`, undefined],
    ['POST', `/inboxes/${id}/members`, { user_id: ann.id }],
    ['DELETE', `/inboxes/${id}/members/${ann.id}`, undefined],
    ['POST', `/inboxes/${id}/devices`, { device_id: number }],
    ['DELETE', `/inboxes/${id}`, undefined],
  ] as const) {
    const what = `${method} ${path}`
    expect((await call(method, path, body, ann.headers)).status, what).toBe(403)
    expect((await call(method, path, body, {})).status, what).toBe(401)
    if (path === '/inboxes') continue
    expect((await call(method, path, body, { authorization: other.apiKey })).status, what).toBe(404)
  }
  expect(await counts()).toEqual({ Sales: [0, 0] })
  const lead = await teammate(world.ctx, tenant.tenantId, { capabilities: ['inbox.manage'] })
  expect((await call('GET', '/inboxes', undefined, lead.headers)).status).toBe(200)
})
