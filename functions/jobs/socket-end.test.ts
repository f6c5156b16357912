import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { listConnections } from '#domains/deliveries/connections.ts'
import { deviceDeleted } from '#domains/devices/events.ts'
import { subscriber } from '#functions/events/push-on-event.ts'
import type { Context } from '#kit/context.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { type SocketGateway, startSocketGateway } from '#test/harness/socket-gateway.ts'
import { serveSocket } from './socket.ts'

type Headers = Record<string, string>

let world: ApiWorld
let tenant: TestTenant
let gateway: SocketGateway
let owner: Headers

beforeAll(async () => {
  world = await apiWorld()
  gateway = await startSocketGateway()
})
beforeEach(async () => {
  gateway.closed.length = 0
  tenant = await world.tenant()
  owner = bearer(await login())
})
afterAll(async () => {
  gateway?.close()
  await world?.close()
})

const call = (method: string, path: string, body?: unknown, headers: Headers = owner): Promise<Invoked> =>
  world.call(method, `/api/v1${path}`, { headers, body })

const login = (): Promise<Invoked> =>
  world.call('POST', '/api/v1/auth/login', { body: { email: tenant.email, password: tenant.password } })

const bearer = (answer: Invoked): Headers => ({ authorization: `Bearer ${at(answer.body, 'data.tokens.accessToken')}` })

const open = (connectionId: string, headers: Headers, ctx: Context = world.ctx): Promise<{ statusCode: number }> =>
  serveSocket(ctx, { requestContext: { routeKey: '$connect', connectionId }, headers }, async () => true)

/** Opens a socket named after the tenant, so that tests do not see each other's. */
const opened = async (name: string, headers: Headers): Promise<void> => {
  expect(await open(name, headers), name).toEqual({ statusCode: 200 })
}

const left = async (): Promise<string[]> =>
  (await listConnections(world.ctx, tenant.tenantId, { consistent: true }))
    .map(({ connectionId }) => connectionId)
    .sort()

const makeKey = async (more: object = {}): Promise<{ id: string; headers: Headers }> => {
  const made = await call('POST', '/api-keys', { name: 'key', ...more })
  expect(made.status, made.text).toBe(201)
  const secret = /ceox_\w{20,}/.exec(made.text)?.[0] ?? ''
  return { id: String(at(made.body, 'data.apiKey.id')), headers: { authorization: secret } }
}

test.each([
  ['deleted', (id: string) => call('DELETE', `/api-keys/${id}`)],
  ['switched off', (id: string) => call('PATCH', `/api-keys/${id}`, { enabled: false })],
  ['narrowed down', (id: string) => call('PATCH', `/api-keys/${id}`, { capabilities: ['chats.send'] })],
])('an API key that is %s takes its sockets with it, and nobody else’s', async (_what, end) => {
  const key = await makeKey()
  await opened('his', key.headers)
  await opened('other', (await makeKey()).headers)
  await opened('first', { authorization: tenant.apiKey })
  expect((await call('PATCH', `/api-keys/${key.id}`, { name: 'another name' })).status).toBe(200)
  expect(await left()).toEqual(['first', 'his', 'other'])
  expect((await end(key.id)).status).toBe(200)
  expect([gateway.closed, await left()]).toEqual([['his'], ['first', 'other']])
})

test('a socket that is opened while its key is deleted is not left open', async () => {
  const key = await makeKey()
  const { main } = world.ctx
  const racing: Context = {
    ...world.ctx,
    main: {
      ...main,
      transact: async (writes) => {
        const outcome = await main.transact(writes)
        await call('DELETE', `/api-keys/${key.id}`)
        return outcome
      },
    },
  }
  expect(await open('late', key.headers, racing)).toEqual({ statusCode: 401 })
  expect(await left()).toEqual([])
})

test('what listens with a key whose time is over hears nothing more, and is closed', async () => {
  const key = await makeKey({ expiresAt: new Date(Date.now() + 60_000).toISOString() })
  await opened('brief', key.headers)
  await opened('lasting', { authorization: tenant.apiKey })
  const { tenantId } = tenant
  const at = new Date().toISOString()
  const later: Context = { ...world.ctx, clock: { ...world.ctx.clock, nowMs: () => Date.now() + 61_000 } }
  await subscriber.handler(later, { id: 'evt_1', type: 'contact.created', version: 1, at, tenantId, data: {} })
  expect([gateway.closed, await left()]).toEqual([['brief'], ['lasting']])
})

const basic = (): Headers => ({
  authorization: `Basic ${Buffer.from(`${tenant.clientId}:${tenant.clientSecret}`).toString('base64')}`,
})

test.each([
  ['is deleted', 'DELETE', '/tokens/2', undefined],
  ['is deleted by a person', 'DELETE', '/client-credentials/{client}/tokens/2', undefined],
])('the sockets of a token of the Guide’s end when it %s', async (_what, method, path, body) => {
  for (const name of ['first', 'second']) {
    const made = await call('POST', '/tokens', { use_host: false }, basic())
    await opened(name, { authorization: `Bearer ${at(made.body, 'token')}` })
  }
  const by = path.startsWith('/tokens') ? basic() : owner
  const ended = await call(method, path.replace('{client}', tenant.clientId), body, by)
  expect(ended.status, ended.text).toBe(200)
  expect([gateway.closed, await left()]).toEqual([['second'], ['first']])
})

test.each([
  ['is deleted', 'DELETE', undefined],
  ['is switched off', 'PUT', { active: false }],
])('the sockets of a client’s tokens end when it %s', async (_what, method, body) => {
  const made = await call('POST', '/credentials', { client_id: 'my-app' }, basic())
  const app = { authorization: `Basic ${Buffer.from(`my-app:${at(made.body, 'client_secret')}`).toString('base64')}` }
  for (const [name, client] of [
    ['stays', basic()],
    ['one', app],
    ['two', app],
  ] as const) {
    const token = await call('POST', '/tokens', { use_host: false }, client)
    await opened(name, { authorization: `Bearer ${at(token.body, 'token')}` })
  }
  const ended = await call(method, '/credentials/my-app', body, basic())
  expect(ended.status, ended.text).toBe(200)
  expect([gateway.closed.sort(), await left()]).toEqual([['one', 'two'], ['stays']])
})

test('signing out ends the sockets of that sign-in, not those of another', async () => {
  const session = await login()
  await opened('here', bearer(session))
  await opened('there', owner)
  const refreshToken = at(session.body, 'data.tokens.refreshToken')
  expect((await call('POST', '/auth/logout', { refreshToken }, {})).status).toBe(200)
  expect([gateway.closed, await left()]).toEqual([['here'], ['there']])
})

const devices = async (): Promise<[ApiDevice, ApiDevice]> => {
  const both: [ApiDevice, ApiDevice] = [await world.device(tenant), await world.device(tenant)]
  await opened('one', both[0].headers)
  await opened('two', both[1].headers)
  return both
}

test('another token of a device ends the sockets of the old one', async () => {
  const [device] = await devices()
  const changed = await world.call('POST', '/user/update', {
    headers: device.headers,
    body: { token: `${device.token}-new` },
  })
  expect(changed.status, changed.text).toBe(200)
  expect([gateway.closed, await left()]).toEqual([['one'], ['two']])
})

test('the sockets of a deleted device end after they heard of it', async () => {
  const [device] = await devices()
  const { tenantId } = tenant
  const event = { id: 'evt_2', version: 1, at: new Date().toISOString(), tenantId, deviceId: device.id, data: {} }
  await subscriber.handler(world.ctx, { ...event, type: deviceDeleted.type })
  expect([gateway.closed, await left()]).toEqual([['one'], ['two']])
})
