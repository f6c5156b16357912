import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { type Teammate, teammate } from '#test/harness/team.ts'

let world: ApiWorld
let tenant: TestTenant
let manager: Teammate

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
  manager = await teammate(world.ctx, tenant.tenantId, { capabilities: ['keys.manage'] })
})
afterAll(() => world?.close())

const call = (method: string, path = '', body?: unknown, by: Teammate = manager): Promise<Invoked> =>
  world.call(method, `/api/v1/client-credentials${path}`, { headers: by.headers, body })
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})
const create = async (clientId = 'my-app', more: object = {}): Promise<string> => {
  const made = await call('POST', '', { clientId, ...more })
  expect(made.status, made.text).toBe(201)
  return String(at(made.body, 'data.clientSecret'))
}
const makeToken = async (body: object = {}): Promise<{ id: number; secret: string }> => {
  const made = await call('POST', '/my-app/tokens', body)
  expect(made.status, made.text).toBe(201)
  return { id: Number(at(made.body, 'data.token.id')), secret: String(at(made.body, 'data.secret')) }
}
const tokensBy = async (clientId: string, secret: string): Promise<number> =>
  (await world.call('GET', '/api/v1/tokens', { headers: basic(clientId, secret) })).status
const devicesBy = async (token: string): Promise<number> =>
  (await world.call('GET', '/api/v1/devices', { headers: { authorization: `Bearer ${token}` } })).status

test('a credential that a person makes works, is listed without its secret, and ends with its tokens', async () => {
  const secret = await create('my-app', { description: 'Shop' })
  expect(await tokensBy('my-app', secret)).toBe(200)
  const listed = await call('GET')
  expect(at(listed.body, 'data')).toMatchObject([
    { clientId: tenant.clientId, role: 'super_admin' },
    { clientId: 'my-app', role: 'user', description: 'Shop', active: true, scopes: [] },
  ])
  expect(listed.text).not.toContain(secret)
  expect(listed.text).not.toMatch(/hash/i)
  const token = await makeToken()
  expect(await devicesBy(token.secret)).toBe(200)
  expect(at((await call('DELETE', '/my-app')).body, 'data')).toEqual({ clientId: 'my-app', deleted: true })
  expect([await tokensBy('my-app', secret), await devicesBy(token.secret)]).toEqual([401, 401])
  expect((await call('DELETE', '/my-app')).status).toBe(404)
})

test('a token is shown once and ends when it is deleted, which only its own credential’s path does', async () => {
  await create()
  await create('other')
  const token = await makeToken()
  const second = await makeToken({ useHost: true, expiresAt: '2099-01-01T00:00:00Z' })
  const listed = await call('GET', '/my-app/tokens')
  expect(at(listed.body, 'data')).toMatchObject([
    { id: token.id, isAdmin: true, useHost: false, expiresAt: null },
    { id: second.id, isAdmin: false, useHost: true, expiresAt: '2099-01-01T00:00:00Z' },
  ])
  expect(listed.text).not.toContain(token.secret)
  expect((await call('DELETE', `/other/tokens/${token.id}`)).status).toBe(404)
  expect(await devicesBy(token.secret)).toBe(200)
  expect((await call('DELETE', `/my-app/tokens/${token.id}`)).status).toBe(200)
  expect([await devicesBy(token.secret), await devicesBy(second.secret)]).toEqual([401, 200])
})

test('a taken name, a name that Basic authentication cannot carry and a time that is over are refused', async () => {
  await create()
  expect((await call('POST', '', { clientId: 'my-app' })).status).toBe(409)
  const bad = await call('POST', '', { clientId: 'a:b' })
  expect([bad.status, at(bad.body, 'error.details.0.path')]).toEqual([400, 'clientId'])
  expect((await call('POST', '', { clientId: 'x', role: 'super_admin' })).status).toBe(400)
  const over = await call('POST', '/my-app/tokens', { expiresAt: '2020-01-01T00:00:00Z' })
  expect([over.status, at(over.body, 'error.details.0.path')]).toEqual([400, 'expiresAt'])
  expect((await call('DELETE', `/${tenant.clientId}`)).status).toBe(403)
})

test('a credential that is switched off gets no token, and the person stays signed in', async () => {
  await create()
  await world.call('PUT', '/api/v1/credentials/my-app', {
    headers: basic(tenant.clientId, tenant.clientSecret),
    body: { active: false },
  })
  const refused = await call('POST', '/my-app/tokens', {})
  expect([refused.status, at(refused.body, 'error.code')]).toEqual([409, 'conflict'])
})

test('only people who manage keys come to them, and only to those of their own organisation', async () => {
  await create()
  const agent = await teammate(world.ctx, tenant.tenantId, { capabilities: ['chats.send', 'team.manage'] })
  const stranger = await teammate(world.ctx, (await world.tenant()).tenantId, { capabilities: ['keys.manage'] })
  const asks: [string, string, unknown?][] = [
    ['GET', '/my-app/tokens'],
    ['POST', '/my-app/tokens', {}],
    ['DELETE', '/my-app/tokens/1'],
    ['DELETE', '/my-app'],
  ]
  for (const [method, path, body] of asks) {
    expect((await call(method, path, body, agent)).status, `${method} ${path}`).toBe(403)
    expect((await call(method, path, body, stranger)).status, `${method} ${path}`).toBe(404)
  }
  expect((await call('GET', '', undefined, agent)).status).toBe(403)
  expect((await call('POST', '', { clientId: 'x' }, agent)).status).toBe(403)
  expect((await call('GET', '/my-app/tokens')).status).toBe(200)
})
