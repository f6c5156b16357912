import { afterAll, beforeAll, expect, test } from 'vitest'
import { deviceConversationKey } from '#domains/conversations/model.ts'
import { listPendingPurges } from '#domains/devices/purge.ts'
import { findDevice } from '#domains/devices/repo.ts'
import { listMessages } from '#domains/messages/repo.ts'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'

let world: ApiWorld
let tenant: TestTenant

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
})
afterAll(() => world?.close())

const admin = (
  method: string,
  path: string,
  options: { query?: Record<string, string>; body?: unknown } = {},
  owner = tenant,
) => world.call(method, path, { headers: { authorization: owner.adminToken }, ...options })

const full = {
  name: 'John Doe',
  token: '1234ABCD-full',
  webhook: 'https://webhook.site/1234567890',
  events: 'Message, Disconnected',
  skipGroups: true,
  callRejectType: 'decline',
  globalTransportSkips: { skipGlobalRedis: true },
  proxyConfig: { enabled: true, proxyURL: 'socks5://user:pa55@proxy.example.com:9080' },
  s3Config: {
    enabled: true,
    bucket: 'my-bucket',
    accessKey: 'AKIA-SECRET',
    secret_key: 'S3-SECRET',
    mediaDelivery: 'both',
  },
  rabbitmqConfig: {
    enabled: true,
    url: 'amqp://guest:r4bbit@mq.example.com:5672/',
    exchange_type: 'topic',
    queue_arguments: { 'x-overflow': 'reject-publish' },
  },
  whatsappConfig: { waPlatform: 'WEB', waOSName: 'Mac OS 10', waMCC: '000' },
}

test('a user is created with all its settings and shown under the documented names', async () => {
  const created = await admin('POST', '/admin/users', { body: full })
  expect(created.status, created.text).toBe(201)
  expect(created.body).toMatchObject({
    code: 201,
    data: {
      name: 'John Doe',
      token: full.token,
      events: 'Message,Disconnected',
      skipGroups: true,
      skipMediaDownload: false,
      globalTransportSkips: { skipGlobalRedis: true, skipGlobalWebhook: false },
      s3Config: { enabled: true, bucket: 'my-bucket', access_key: '***', secret_key: '***', media_delivery: 'both' },
      whatsappConfig: { waPlatform: 'WEB', waOsName: 'Mac OS 10', waMcc: '000' },
    },
  })
  expect(created.body).not.toHaveProperty('success')
  const id = String(at(created.body, 'data.id'))
  expect(id).toMatch(/^[0-9a-f]{32}$/)

  const shown = await admin('GET', `/admin/users/${id}`)
  expect(shown.body).toMatchObject({
    code: 200,
    success: true,
    data: [
      {
        id,
        token: full.token,
        webhook: full.webhook,
        connected: false,
        loggedIn: false,
        jid: '',
        qrcode: '',
        skip_groups: true,
        call_reject_type: 'decline',
        proxy_config: { enabled: true, proxy_url: 'socks5://user:***@proxy.example.com:9080' },
        s3_config: { access_key: '***' },
        rabbitmq_config: {
          url: 'amqp://guest:***@mq.example.com:5672/',
          queue_arguments: '{"x-overflow":"reject-publish"}',
        },
        whatsapp_config: { wa_platform: 'WEB', wa_os_name: 'Mac OS 10', wa_mcc: '000', wa_release_channel: 'RELEASE' },
      },
    ],
  })
  const list = await admin('GET', '/admin/users')
  expect(list.text).toContain(id)
  for (const answer of [created, shown, list]) {
    for (const secret of ['pa55', 'AKIA-SECRET', 'S3-SECRET', 'r4bbit']) expect(answer.text).not.toContain(secret)
  }
})

test('secrets and the token lie encrypted in the table', async () => {
  const device = await world.device(tenant, { s3Config: { enabled: true, secret_key: 'S3-SECRET' } })
  const stored = JSON.stringify(await findDevice(world.ctx, device.id))
  expect(stored).not.toContain('S3-SECRET')
  expect(stored).not.toContain(device.token)
})

test('a token is unique, and what is wrong with a body is named', async () => {
  const { token } = await world.device(tenant)
  expect((await admin('POST', '/admin/users', { body: { name: 'x', token } })).status).toBe(409)
  const bad: [Record<string, unknown>, string][] = [
    [{ token: 'long-enough' }, 'name'],
    [{ name: 'x', token: 'short' }, 'token'],
    [{ name: 'x', token: 'long-enough-1', events: 'Message,Nonsense' }, 'Nonsense'],
    [{ name: 'x', token: 'long-enough-1', callRejectType: 'maybe' }, 'callRejectType'],
    [{ name: 'x', token: 'long-enough-1', globalTransportSkips: { other: true } }, 'globalTransportSkips'],
    [{ name: 'x', token: 'long-enough-1', webhook: 'ftp://example.com' }, 'webhook: The URL'],
  ]
  for (const [body, word] of bad) {
    const answer = await admin('POST', '/admin/users', { body })
    expect(answer.status, word).toBe(400)
    expect(at(answer.body, 'error')).toContain(word)
  }
})

test('another tenant sees nothing of a user and cannot delete it', async () => {
  const device = await world.device(tenant)
  const other = await world.tenant()
  for (const [method, path] of [
    ['GET', `/admin/users/${device.id}`],
    ['DELETE', `/admin/users/${device.id}`],
    ['DELETE', `/admin/users/${device.id}/full`],
  ] as const) {
    const answer = await admin(method, path, {}, other)
    expect([answer.status, answer.body]).toEqual([404, { code: 404, error: 'user not found', success: false }])
  }
  expect((await admin('GET', '/admin/users', {}, other)).body).toMatchObject({ data: [] })
  expect(
    at((await admin('GET', '/admin/instances/status', { query: { ids: device.id } }, other)).body, 'data'),
  ).toEqual([])
  expect((await admin('GET', `/admin/users/${device.id}`)).status).toBe(200)
})

test('deleting a user ends its token and tells the task that holds it', async () => {
  const device = await world.onlineDevice(tenant)
  const answer = await admin('DELETE', `/admin/users/${device.id}`)
  expect(answer.body).toEqual({
    code: 200,
    data: { id: device.id },
    details: 'User deleted successfully',
    success: true,
  })
  expect((await world.call('GET', '/session/status', { headers: device.headers })).status).toBe(401)
  expect((await admin('GET', `/admin/users/${device.id}`)).status).toBe(404)
  expect((await admin('DELETE', `/admin/users/${device.id}`)).status).toBe(404)
  await expect
    .poll(() => world.runner.commands.some((c) => c.deviceId === device.id && c.work.type === 'device.reconcile'))
    .toBe(true)
  expect((await admin('POST', '/admin/users', { body: { name: 'again', token: device.token } })).status).toBe(201)
})

test('deleting a user leaves nothing of its login, and goes on where it was interrupted', async () => {
  const device = await world.onlineDevice(tenant)
  const keys = [`A#${device.id}`, `MP#${device.id}`].map((pk) => ({ pk, sk: 'creds' }))
  for (const key of keys) await world.ctx.session.put({ ...key, v: 'x' })
  expect((await admin('DELETE', `/admin/users/${device.id}`)).status).toBe(200)
  for (const key of keys) expect(await world.ctx.session.get(key)).toBeUndefined()
  expect(await listPendingPurges(world.ctx)).toEqual([])

  const left = { deviceId: device.id, tenantId: tenant.tenantId, name: 'x', only: 'login' }
  await world.ctx.main.put({ pk: 'PURGE', sk: `${tenant.tenantId}#${device.id}`, ...left })
  for (const key of keys) await world.ctx.session.put({ ...key, v: 'x' })
  expect((await admin('DELETE', `/admin/users/${device.id}`, {}, await world.tenant())).status).toBe(404)
  expect((await admin('DELETE', `/admin/users/${device.id}`)).status).toBe(200)
  for (const key of keys) expect(await world.ctx.session.get(key)).toBeUndefined()
  expect((await admin('DELETE', `/admin/users/${device.id}`)).status).toBe(404)
})

test('the full deletion logs out first and leaves neither messages nor media', async () => {
  const device = await world.onlineDevice(tenant)
  const png =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
  const sent = await world.call('POST', '/chat/send/image', {
    headers: device.headers,
    body: { Phone: '5511987654321', Image: png },
  })
  expect(sent.status, sent.text).toBe(200)
  const work = world.runner.sends().find(({ messageId }) => messageId === at(sent.body, 'data.Id'))
  const conversationId = work?.conversationId ?? 0
  await world.ctx.session.put({ pk: `A#${device.id}`, sk: 'creds', v: 'x' })

  const answer = await admin('DELETE', `/admin/users/${device.id}/full`)
  expect(answer.status, answer.text).toBe(200)
  expect(answer.body).toMatchObject({
    details: 'User instance removed completely',
    data: { id: device.id, name: 'test device' },
  })
  const types = world.runner.commands.filter((c) => c.deviceId === device.id).map((c) => c.work.type)
  expect(types).toContain('device.logout')
  expect((await listMessages(world.ctx, tenant.tenantId, conversationId)).items).toEqual([])
  expect(await world.ctx.main.get(deviceConversationKey(device.id, conversationId))).toBeUndefined()
  expect(await world.ctx.session.get({ pk: `A#${device.id}`, sk: 'creds' })).toBeUndefined()
})

test('a full deletion that could not finish is carried on by repeating it', async () => {
  const device = await world.device(tenant)
  const left = { deviceId: device.id, tenantId: tenant.tenantId, name: 'test device' }
  await world.ctx.main.put({ pk: 'PURGE', sk: `${tenant.tenantId}#${device.id}`, ...left })
  await world.ctx.session.put({ pk: `A#${device.id}`, sk: 'creds', v: 'x' })
  const path = `/admin/users/${device.id}/full`
  expect((await admin('DELETE', path, {}, await world.tenant())).status).toBe(404)
  expect((await admin('DELETE', path)).body).toMatchObject({ details: 'User instance removed completely' })
  expect(await world.ctx.session.get({ pk: `A#${device.id}`, sk: 'creds' })).toBeUndefined()
  expect(await listPendingPurges(world.ctx)).toEqual([])
})

test('instances are paged; the QR code is there as image and text while a phone is awaited', async () => {
  const owner = await world.tenant()
  const devices = [await world.device(owner), await world.device(owner), await world.onlineDevice(owner)]
  const qr = { code: '2@abc,def', expiresAt: new Date(Date.now() + 60_000).toISOString() }
  const [waiting] = devices
  if (!waiting) throw new Error('no device')
  await world.set(waiting, { state: 'pairing', desired: 'online', qr })
  const page = (query: Record<string, string>) => admin('GET', '/admin/instances/status', { query }, owner)

  const first = await page({ limit: '2', include_total: 'true' })
  expect(first.body).toMatchObject({
    success: true,
    pagination: { limit: 2, offset: 0, has_more: true, next_offset: 2, total: 3 },
    data: [
      {
        id: waiting.id,
        connectionHealth: 'connected_not_logged',
        connected: true,
        loggedIn: false,
        qrcode_text: qr.code,
      },
      { id: devices[1]?.id, connectionHealth: 'no_client', qrcode: '', qrcode_text: '', hasClient: false },
    ],
  })
  expect(at(first.body, 'data.0.qrcode')).toMatch(/^data:image\/png;base64,/)
  const second = await page({ limit: '2', offset: '2' })
  expect(second.body).toMatchObject({
    data: [{ connectionHealth: 'connected' }],
    pagination: { has_more: false, next_offset: null },
  })
  expect(at((await page({ ids: `${devices[1]?.id}` })).body, 'data')).toHaveLength(1)
  for (const query of [{ limit: '0' }, { limit: '1001' }, { limit: 'x' }]) {
    const answer = await page(query)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ code: 400, error: 'invalid limit parameter', success: false })
  }
})
