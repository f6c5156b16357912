import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { changeDevice } from '#domains/devices/repo.ts'
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
  device = await world.device(tenant, { webhook: 'https://some.site/webhook?request=parameter' })
})
afterAll(() => world?.close())

const call = (method: string, path: string, body?: unknown, own = device) =>
  world.call(method, path, { headers: own.headers, body })

const JID = '5491155551122:12@s.whatsapp.net'

test('connect waits for the connection, QR gives the code of the moment, status says where it stands', async () => {
  expect((await call('GET', '/session/qr')).body).toEqual({ error: 'no session' })
  const connected = await call('POST', '/session/connect', { Subscribe: ['Message', 'Connected'] })
  expect(connected.body).toEqual({
    code: 200,
    success: true,
    data: {
      details: 'Connected!',
      events: 'Message,Connected',
      jid: '',
      webhook: 'https://some.site/webhook?request=parameter',
    },
  })
  expect(at((await call('GET', '/session/qr')).body, 'data.QRCode')).toMatch(/^data:image\/png;base64,/)
  const status = await call('GET', '/session/status')
  expect(status.body).toMatchObject({
    code: 200,
    success: true,
    data: {
      id: device.id,
      token: device.token,
      connected: true,
      loggedIn: false,
      hasClient: true,
      connectionHealth: 'connected_not_logged',
      events: 'Message,Connected',
      proxy_config: { enabled: false, proxy_url: '' },
      s3_config: { enabled: false },
      rabbitmq_config: { enabled: false },
      expiration: 0,
      timestamp: expect.any(Number),
    },
  })
})

test('Immediate answers at once; Subscribe may be a text; unknown events are named', async () => {
  const answer = await call('POST', '/session/connect', { Subscribe: 'Message, ReadReceipt', Immediate: true })
  expect(answer.body).toMatchObject({ data: { details: 'Connecting', events: 'Message,ReadReceipt' } })
  const bad = await call('POST', '/session/connect', { Subscribe: ['Message', 'message'] })
  expect(bad.status).toBe(400)
  expect(at(bad.body, 'error')).toContain('message')
  const none = await call('POST', '/session/connect', { Immediate: true })
  expect(at(none.body, 'data.events')).toBe('All')
})

test('a logged-in device needs no QR code', async () => {
  await world.set(device, { state: 'online', desired: 'online', jid: JID })
  expect((await call('GET', '/session/qr')).body).toMatchObject({ code: 200, data: { QRCode: '' } })
  expect((await call('GET', '/session/status')).body).toMatchObject({
    data: { connectionHealth: 'connected', loggedIn: true, jid: JID, qrcode: '' },
  })
})

test('an expired code is never shown: the next one is awaited, and codes that ran out say so', async () => {
  const past = { code: '2@old', expiresAt: new Date(Date.now() - 1000).toISOString() }
  await world.set(device, { state: 'pairing', desired: 'online', qr: past })
  const asking = call('GET', '/session/qr')
  const next = { code: '2@new', expiresAt: new Date(Date.now() + 60_000).toISOString() }
  await changeDevice(world.ctx, device.id, { set: { qr: next } })
  expect(at((await asking).body, 'data.QRCode')).toMatch(/^data:image/)
  await changeDevice(world.ctx, device.id, { set: { state: 'idle', desired: 'offline', code: 408, qr: undefined } })
  const over = await call('GET', '/session/qr')
  expect(over.status).toBe(500)
  expect(at(over.body, 'error')).toMatch(/expired/)
})

test('disconnect keeps the login, logout ends it; without a session both say so', async () => {
  for (const path of ['/session/disconnect', '/session/logout']) {
    const answer = await call('POST', path)
    expect([answer.status, answer.body], path).toEqual([500, { error: 'no session' }])
  }
  await world.set(device, { state: 'online', desired: 'online', jid: JID })
  expect((await call('POST', '/session/disconnect')).body).toMatchObject({
    data: { Details: 'Disconnected' },
    success: true,
  })
  expect((await call('GET', '/session/status')).body).toMatchObject({
    data: { connected: false, connectionHealth: 'no_client', jid: JID, loggedIn: true },
  })
  expect((await call('POST', '/session/logout')).body).toMatchObject({ data: { Details: 'Logged out' }, success: true })
  expect((await call('GET', '/session/status')).body).toMatchObject({ data: { loggedIn: false } })
})

test('a login that the phone ended is logged out: saying so again is no error', async () => {
  await world.set(device, { state: 'loggedOut', desired: 'offline', jid: JID })
  for (const path of ['/session/logout', '/session/logout']) {
    const answer = await call('POST', path)
    expect([answer.status, at(answer.body, 'data.Details')]).toEqual([200, 'Logged out'])
  }
  expect(world.runner.commands.filter(({ deviceId }) => deviceId === device.id)).toEqual([])
})

test('logging out while the QR code is shown ends that as well', async () => {
  await call('POST', '/session/connect')
  expect((await call('POST', '/session/logout')).body).toMatchObject({ code: 200, data: { Details: 'Logged out' } })
  expect((await call('GET', '/session/status')).body).toMatchObject({ data: { connected: false } })
})

test('connecting after a logout carries nothing of the old login', async () => {
  await world.set(device, { state: 'loggedOut', desired: 'offline', jid: JID, lid: '1@lid', pushName: 'Old' })
  await call('POST', '/session/connect', { Immediate: true })
  expect((await call('GET', '/session/status')).body).toMatchObject({ data: { jid: '', lid: '', loggedIn: false } })
})

test('pairing by phone gives the code; a device that is logged in has none', async () => {
  world.runner.onQuery('device.pair-code', () => ({ code: '9H3J-H3J8' }))
  const answer = await call('POST', '/session/pairphone', { Phone: '+549 115555-3934' })
  expect(answer.body).toEqual({ code: 200, success: true, data: { LinkingCode: '9H3J-H3J8' } })
  const asked = world.runner.commands.flatMap(({ work }) => (work.type === 'device.pair-code' ? [work.phone] : []))
  expect(asked).toEqual(['5491155553934'])
  expect((await call('POST', '/session/pairphone', { Phone: 'x' })).status).toBe(400)
  await world.set(device, { state: 'online', desired: 'online', jid: JID })
  expect((await call('POST', '/session/pairphone', { Phone: '5491155553934' })).status).toBe(409)
})
