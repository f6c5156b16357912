import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { CEOX_CAPABILITIES } from '#domains/users/model.ts'
import { findRole, roleKey } from '#domains/users/repo.ts'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { teammate } from '#test/harness/team.ts'

type Headers = Record<string, string>
type Row = { id: number; name: string; is_system: boolean; capabilities: string[] }

let world: ApiWorld
let tenant: TestTenant
let asKey: Headers

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
  asKey = { authorization: tenant.apiKey }
})
afterAll(() => world?.close())

const call = (method: string, path: string, body?: unknown, headers: Headers = asKey): Promise<Invoked> =>
  world.call(method, `/api/v1${path}`, { headers, body })

const list = async (): Promise<Row[]> => (await call('GET', '/roles')).body as Row[]
const create = (name: string): Promise<Invoked> => call('POST', '/roles', { name })

const made = async (capabilities?: string[]): Promise<number> => {
  const id = Number(at((await create('Supervisor')).body, 'id'))
  if (capabilities) expect((await call('PATCH', `/roles/${id}`, { capabilities })).status).toBe(200)
  return id
}

const addUser = async (roleId: number): Promise<Invoked> => {
  const email = `u${roleId}@${tenant.tenantId.slice(4).toLowerCase()}.example`
  return call('POST', '/users', { name: 'Budi', email, password: 'correct horse battery', role_id: roleId })
}

const storedEvents = async (id: number) =>
  readOutbox((await world.ctx.main.get(roleKey(tenant.tenantId, id))) ?? {}).map(({ type }) => type)

test('a new tenant has two system roles; a role that is added has no capabilities', async () => {
  const [admin, agent] = await list()
  expect(admin).toMatchObject({ name: 'Admin', is_system: true, capabilities: [...CEOX_CAPABILITIES] })
  expect(agent).toMatchObject({ name: 'Agent', is_system: true, capabilities: ['chats.send', 'contacts.write'] })
  const answer = await create(' Super\u0000visor ')
  expect([answer.status, answer.body]).toEqual([
    201,
    { id: expect.any(Number), name: 'Supervisor', is_system: false, capabilities: [] },
  ])
  expect(await list()).toContainEqual(answer.body)
  expect(await storedEvents(Number(at(answer.body, 'id')))).toEqual(['role.created'])
})

test('a change replaces the name, the set, or both', async () => {
  const id = await made()
  const both = await call('PATCH', `/roles/${id}`, { name: 'Lead', capabilities: ['analytics.view', 'chats.send'] })
  expect([both.status, both.body]).toEqual([
    200,
    { id, name: 'Lead', is_system: false, capabilities: ['chats.send', 'analytics.view'] },
  ])
  expect((await call('PATCH', `/roles/${id}`, { name: 'Chief' })).body).toMatchObject({
    name: 'Chief',
    capabilities: ['chats.send', 'analytics.view'],
  })
  expect((await call('PATCH', `/roles/${id}`, { capabilities: [] })).body).toMatchObject({
    name: 'Chief',
    capabilities: [],
  })
  expect(await storedEvents(id)).toEqual(['role.updated'])
  for (const [field, body] of [
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(61) }],
    ['capabilities', { capabilities: ['chats.read'] }],
    ['capabilities', { capabilities: ['billing.manage'] }],
  ] as const) {
    const answer = await call('PATCH', `/roles/${id}`, body)
    expect([answer.status, answer.text], JSON.stringify(body)).toMatchObject([400, expect.stringContaining(field)])
  }
})

test('capabilities count from the next request of those who have the role', async () => {
  const { id, headers } = await teammate(world.ctx, tenant.tenantId, { capabilities: [] })
  const roleId = ((await call('GET', '/users')).body as { id: number; role_id: number }[]).find(
    (one) => one.id === id,
  )?.role_id
  expect((await call('GET', '/inboxes', undefined, headers)).status).toBe(403)
  await call('PATCH', `/roles/${roleId}`, { capabilities: ['inbox.manage'] })
  expect((await call('GET', '/inboxes', undefined, headers)).status).toBe(200)
  await call('PATCH', `/roles/${roleId}`, { capabilities: [] })
  expect((await call('GET', '/inboxes', undefined, headers)).status).toBe(403)
})

test('what CEOX does not know of a role stays when its set is replaced', async () => {
  const [admin] = await list()
  const path = `/roles/${admin?.id}`
  const without = CEOX_CAPABILITIES.filter((one) => one !== 'broadcasts.manage')
  expect((await call('PATCH', path, { capabilities: without })).body).toMatchObject({ capabilities: without })
  const stored = await findRole(world.ctx, tenant.tenantId, admin?.id ?? 0)
  expect(stored?.capabilities).toEqual(expect.arrayContaining(['settings.manage', 'billing.manage', 'keys.manage']))
  expect(stored?.capabilities).not.toContain('broadcasts.manage')
})

test('system roles keep name and place', async () => {
  const [admin, agent] = await list()
  for (const answer of [
    await call('PATCH', `/roles/${agent?.id}`, { name: 'Helper', capabilities: [] }),
    await call('DELETE', `/roles/${agent?.id}`),
    await call('DELETE', `/roles/${admin?.id}`),
  ]) {
    expect([answer.status, answer.body]).toMatchObject([409, { code: 'conflict' }])
  }
  expect((await call('PATCH', `/roles/${agent?.id}`, { name: 'Agent', capabilities: ['chats.send'] })).status).toBe(200)
  expect((await list()).map(({ name }) => name)).toEqual(['Admin', 'Agent'])
})

test('a role that users have is not deleted; one that nobody has any more is', async () => {
  const id = await made(['chats.send'])
  const user = at((await addUser(id)).body, 'id')
  const used = await call('DELETE', `/roles/${id}`)
  expect([used.status, used.body]).toMatchObject([409, { code: 'conflict', users: 1 }])
  expect((await call('DELETE', `/users/${user}`)).status).toBe(200)
  const gone = await call('DELETE', `/roles/${id}`)
  expect([gone.status, gone.body]).toEqual([200, { id, deleted: true }])
  expect((await list()).map((role) => role.id)).not.toContain(id)
  expect((await call('DELETE', `/roles/${id}`)).status).toBe(404)
  expect((await call('PATCH', `/roles/${id}`, { name: 'x' })).status).toBe(404)
})

test('a role that is given to somebody while it is deleted is either given or gone', async () => {
  for (let round = 0; round < 5; round += 1) {
    const id = await made()
    const [given, deleted] = await Promise.all([addUser(id), call('DELETE', `/roles/${id}`)])
    const isThere = (await list()).some((role) => role.id === id)
    expect([given.status, deleted.status, isThere], given.text + deleted.text).toEqual(
      isThere ? [201, 409, true] : [400, 200, false],
    )
  }
})

test('two roles that each rely on the other to manage the team are not stripped both', async () => {
  const admin = (await list())[0]?.id
  const spare = await made(['team.manage'])
  expect((await addUser(spare)).status).toBe(201)
  const answers = await Promise.all(
    [admin, spare].map((id) => call('PATCH', `/roles/${id}`, { capabilities: ['chats.send'] })),
  )
  expect(answers.map(({ status }) => status).sort(), answers.map(({ text }) => text).join()).toEqual([200, 409])
  expect((await list()).filter(({ capabilities }) => capabilities.includes('team.manage'))).toHaveLength(1)
})

test('who lacks the capability, has no credential, or is of another tenant gets nowhere', async () => {
  const id = await made()
  const other = await world.tenant()
  const { headers } = await teammate(world.ctx, tenant.tenantId)
  for (const [method, path, body] of [
    ['POST', '/roles', { name: 'Mine' }],
    ['PATCH', `/roles/${id}`, { name: 'Mine' }],
    ['DELETE', `/roles/${id}`, undefined],
  ] as const) {
    expect((await call(method, path, body, headers)).status, `${method} ${path}`).toBe(403)
    expect((await call(method, path, body, {})).status, `${method} ${path}`).toBe(401)
    if (path === '/roles') continue
    expect((await call(method, path, body, { authorization: other.apiKey })).status, `${method} ${path}`).toBe(404)
  }
  expect((await call('GET', '/roles', undefined, headers)).status, 'everybody may see the roles').toBe(200)
  expect(await findRole(world.ctx, tenant.tenantId, id)).toMatchObject({ name: 'Supervisor' })
})

test('the audit log tells who did what, a page at a time, to those who manage the team', async () => {
  const id = await made(['chats.send'])
  await call('DELETE', `/roles/${id}`)
  const { headers } = await teammate(world.ctx, tenant.tenantId)
  const page = (query: Record<string, string>, as: Headers = asKey) =>
    world.call('GET', '/api/v1/audit', { headers: as, query })
  expect((await page({}, headers)).status).toBe(403)
  expect((await page({}, {})).status).toBe(401)
  expect((await page({ month: '2026-13' })).text).toContain('month')
  const first = await page({ limit: '2' })
  expect(at(first.body, 'data.entries')).toMatchObject([
    { action: 'role.deleted', by: { kind: 'apiKey' }, subject: { kind: 'role', id: String(id) } },
    { action: 'role.updated', facts: { added: ['chats.send'], removed: [] } },
  ])
  const cursor = String(at(first.body, 'data.nextCursor'))
  const second = await page({ limit: '2', cursor })
  expect(at(second.body, 'data')).toMatchObject({ entries: [{ action: 'role.created' }], nextCursor: null })
  expect((await page({ limit: '2', cursor, month: '2020-01' })).status).toBe(400)
  const other = await world.tenant()
  expect(at((await page({}, { authorization: other.apiKey })).body, 'data.entries')).toEqual([])
})
