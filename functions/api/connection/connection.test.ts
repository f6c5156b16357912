import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { noteAttempt } from '#domains/deliveries/log.ts'
import { findDevice, listDevices } from '#domains/devices/repo.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'

let world: ApiWorld
let tenant: TestTenant
let token: string

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
  const { email, password } = tenant
  const login = await world.call('POST', '/api/v1/auth/login', { body: { email, password, surface: 'ceox' } })
  token = String(at(login.body, 'data.tokens.accessToken'))
})
afterAll(() => world?.close())

const call = (method: string, path: string, body?: unknown, query?: Record<string, string>): Promise<Invoked> =>
  world.call(method, `/api/v1/wa-connections${path}`, { headers: { authorization: `Bearer ${token}` }, body, query })

const numberOf = async (device: ApiDevice): Promise<number> => {
  const found = (await listDevices(world.ctx, tenant.tenantId)).find(({ id }) => id === device.id)
  if (!found) throw new Error('the device is not listed')
  return found.number
}

test('a connection is made with a token that works at once, and is found by name, number and workspace', async () => {
  const made = await call('POST', '', { name: 'Sales', workspace: 'Jakarta' })
  expect(made.status, made.text).toBe(201)
  const secret = String(at(made.body, 'data.token'))
  expect((await world.call('GET', '/session/status', { headers: { token: secret } })).status).toBe(200)
  const id = at(made.body, 'data.connection.id')
  expect(at((await call('GET', `/${id}/token`)).body, 'data.token')).toBe(secret)
  await world.onlineDevice(tenant, '628111222333')
  const idsOf = async (query: Record<string, string>) =>
    (at((await call('GET', '', undefined, query)).body, 'data') as { id: number }[]).map((row) => row.id)
  expect(await idsOf({})).toHaveLength(2)
  expect(await idsOf({ q: 'sal' })).toEqual([id])
  expect(await idsOf({ q: '111222' })).toHaveLength(1)
  expect(await idsOf({ workspace: 'Jakarta' })).toEqual([id])
  expect(await idsOf({ workspace: 'Elsewhere' })).toEqual([])
  const taken = await call('POST', '', { name: 'Other', token: secret })
  expect([taken.status, at(taken.body, 'error.code')]).toEqual([409, 'token_taken'])
  const bad = await call('POST', '', { name: ' ', token: 'short' })
  expect((at(bad.body, 'error.details') as { path: string }[]).map(({ path }) => path)).toEqual(['name', 'token'])
})

test('the state is explained, with what led to it', async () => {
  const device = await world.onlineDevice(tenant, '628111222334')
  const reason = 'WhatsApp logged the device out from the phone.'
  await world.set(device, {
    state: 'loggedOut',
    desired: 'offline',
    reason,
    code: 401,
    transitions: [
      { at: '2026-01-01T00:00:00.000Z', state: 'online', reason: 'Connected.' },
      { at: '2026-01-02T00:00:00.000Z', state: 'loggedOut', code: 401, reason },
    ],
  })
  const shown = await call('GET', `/${await numberOf(device)}`)
  expect(at(shown.body, 'data')).toMatchObject({
    state: 'loggedOut',
    paired: false,
    phone: '',
    explanation: reason,
    code: 401,
    transitions: [
      { state: 'loggedOut', code: 401 },
      { state: 'online', code: null },
    ],
    webhook: null,
  })
})

test('connecting, disconnecting and the pairing code reach the runner', async () => {
  const device = await world.device(tenant)
  const id = await numberOf(device)
  expect(at((await call('POST', `/${id}/connect`)).body, 'data.desired')).toBe('online')
  expect(await findDevice(world.ctx, device.id)).toMatchObject({ desired: 'online' })
  const off = await call('POST', `/${id}/disconnect`)
  expect([off.status, at(off.body, 'data.desired')], off.text).toEqual([200, 'offline'])
  const bad = await call('POST', `/${id}/pair-code`, { phone: 'x' })
  expect([bad.status, at(bad.body, 'error.details.0.path')]).toEqual([400, 'phone'])
  await world.set(device, { state: 'online', desired: 'online', jid: '15550001111:3@s.whatsapp.net' })
  expect((await call('POST', `/${id}/pair-code`, { phone: '+15550001111' })).status).toBe(409)
  expect(at((await call('GET', `/${id}/qr`)).body, 'data')).toMatchObject({ loggedIn: true, qr: null })
})

test('the QR code of this moment comes as text and picture', async () => {
  const device = await world.device(tenant)
  const expiresAt = new Date(Date.now() + 20_000).toISOString()
  await world.set(device, { state: 'pairing', desired: 'online', qr: { code: '2@abc,def', expiresAt } })
  const qr = await call('GET', `/${await numberOf(device)}/qr`)
  expect(at(qr.body, 'data')).toMatchObject({
    loggedIn: false,
    qr: '2@abc,def',
    image: expect.stringMatching(/^data:image\/png;base64,/),
    expiresAt,
  })
})

test('name, workspace and webhook change; a private address is refused', async () => {
  const id = await numberOf(await world.device(tenant))
  const changed = await call('PATCH', `/${id}`, { name: 'Renamed', workspace: 'A' })
  expect(at(changed.body, 'data')).toMatchObject({ name: 'Renamed', workspace: 'A' })
  expect(at((await call('PATCH', `/${id}`, { workspace: '' })).body, 'data')).toMatchObject({
    name: 'Renamed',
    workspace: '',
  })
  const hook = await call('PUT', `/${id}/webhook`, { url: 'https://example.net/hook', events: ['Message'] })
  expect(at(hook.body, 'data.webhook')).toMatchObject({
    url: 'https://example.net/hook',
    events: ['Message'],
    active: true,
  })
  const unsafe = await call('PUT', `/${id}/webhook`, { url: 'file:///etc/passwd' })
  expect([unsafe.status, at(unsafe.body, 'error.details')]).toEqual([
    400,
    [{ path: 'url', message: expect.any(String) }],
  ])
  const unknown = await call('PUT', `/${id}/webhook`, { url: 'https://example.net/hook', events: ['Nonsense'] })
  expect([unknown.status, unknown.text]).toMatchObject([400, expect.stringContaining('Nonsense')])
  expect(at((await call('PUT', `/${id}/webhook`, { url: '' })).body, 'data.webhook')).toBeNull()
})

test('a failed delivery is listed and can be sent again, by those whose webhook it is', async () => {
  const device = await world.device(tenant)
  const id = await numberOf(device)
  const event = {
    id: 'evt_1',
    type: 'message.received',
    version: 1,
    at: new Date().toISOString(),
    tenantId: tenant.tenantId,
    deviceId: device.id,
    data: {},
  }
  const endpoint = { kind: 'device' as const, tenantId: tenant.tenantId, deviceId: device.id }
  const note = { state: 'failed' as const, attempts: 6, lastStatus: 500, lastError: 'answered 500' }
  await noteAttempt(world.ctx, { endpoint, event } as unknown as Parameters<typeof noteAttempt>[1], note)
  const list = await call('GET', `/${id}/deliveries`)
  expect(at(list.body, 'data')).toMatchObject([
    { eventId: 'evt_1', eventType: 'message.received', state: 'failed', attempts: 6, lastStatus: 500, canRepeat: true },
  ])
  expect((await call('POST', `/${id}/deliveries/evt_2/repeat`)).status).toBe(404)
  expect((await call('POST', `/${id}/deliveries/evt_1/repeat`)).status).toBe(202)
  expect((await call('PUT', `/${id}/webhook`, { url: '' })).status).toBe(200)
  const off = await call('POST', `/${id}/deliveries/evt_1/repeat`)
  expect([off.status, off.text]).toMatchObject([409, expect.stringContaining('Switch it on')])
  const hook = await world.call('POST', '/api/v1/webhooks', {
    headers: { authorization: tenant.apiKey },
    body: { url: 'https://example.com/hook' },
  })
  const path = `/api/v1/webhooks/${at(hook.body, 'id')}/deliveries`
  const own = await world.call('GET', path, { headers: { authorization: tenant.apiKey } })
  expect([own.status, at(own.body, 'data')]).toEqual([200, []])
  const other = await world.tenant()
  expect((await world.call('GET', path, { headers: { authorization: other.apiKey } })).status).toBe(404)
})

test('logging out and deleting end the login; another tenant sees nothing of it', async () => {
  const device = await world.onlineDevice(tenant)
  const id = await numberOf(device)
  const other = await world.tenant()
  for (const [method, rest, body] of [
    ['GET', '', undefined],
    ['GET', '/token', undefined],
    ['PATCH', '', { name: 'x' }],
    ['POST', '/connect', undefined],
    ['POST', '/logout', undefined],
    ['DELETE', '', undefined],
  ] as const) {
    const path = `/api/v1/wa-connections/${id}${rest}`
    const foreign = await world.call(method, path, { headers: { authorization: other.apiKey }, body })
    expect([method, rest, foreign.status]).toEqual([method, rest, 404])
    expect([method, rest, (await world.call(method, path, { body })).status]).toEqual([method, rest, 401])
  }
  expect((await call('POST', `/${id}/logout`)).status).toBe(200)
  expect(world.runner.commands.some(({ work }) => work.type === 'device.logout')).toBe(true)
  const gone = await call('DELETE', `/${id}`)
  expect([gone.status, at(gone.body, 'data.deleted')], gone.text).toEqual([200, true])
  expect((await call('GET', `/${id}`)).status).toBe(404)
  expect((await world.call('GET', '/session/status', { headers: device.headers })).status).toBe(401)
})
