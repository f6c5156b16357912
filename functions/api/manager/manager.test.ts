import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listDevices } from '#domains/devices/repo.ts'
import { type ApiDevice, type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { aGroup } from '#test/harness/groups.ts'
import { at } from '#test/harness/http.ts'

let world: ApiWorld
let tenant: TestTenant
let online: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
  online = await world.onlineDevice(tenant, '628123456789')
})
afterAll(() => world?.close())

const key = (owner = tenant) => ({ apikey: owner.managerApiKey })
const newToken = (): string => `my-token-${randomBytes(4).toString('hex')}`

test('start makes a device, and its QR code follows; only the key can make one', async () => {
  const token = newToken()
  const body = { token, reject_call: 'Y', reject_message: 'Busy' }
  expect((await world.call('POST', '/api/start', { body })).status).toBe(401)
  const started = await world.call('POST', '/api/start', { headers: key(), body })
  expect(started.status, started.text).toBe(200)
  expect(started.body).toMatchObject({ status: true, message: 'STARTED' })
  const qr = await world.call('POST', '/api/qrcode', { body: { token } })
  expect(qr.body).toEqual({ status: true, qrcode: expect.stringMatching(/^data:image\/png;base64,/) })
  const devices = await listDevices(world.ctx, tenant.tenantId)
  const made = devices.find(({ number }) => number === at(started.body, 'device_id'))
  expect(made?.settings).toMatchObject({ rejectCalls: true, callRejectMessage: 'Busy' })
  expect(JSON.stringify(made)).not.toContain(token)
})

test('a session that several requests start at once is one session, and each of them started it', async () => {
  const token = newToken()
  const starts = [1, 2, 3].map(() => world.call('POST', '/api/start', { headers: key(), body: { token } }))
  const answers = await Promise.all(starts)
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(new Set(answers.map(({ body }) => at(body, 'device_id'))).size).toBe(1)
  const stranger = await world.tenant()
  const taken = await world.call('POST', '/api/start', { headers: key(stranger), body: { token } })
  expect(taken.status, taken.text).toBe(409)
})

test('possession of the token is enough for operations 1 to 8, and says who is logged in', async () => {
  const query = { token: online.token }
  const who = {
    message: 'AUTHENTICATED',
    name: 'Shop',
    phone: '628123456789',
    data: { id: '628123456789:3@s.whatsapp.net', lid: '9628123456789:3@lid', name: 'Shop' },
  }
  for (const headers of [{}, key()]) {
    expect((await world.call('GET', '/api/status', { query, headers })).body).toMatchObject({ status: true, ...who })
    const qr = await world.call('POST', '/api/qrcode', { body: query, headers })
    expect(qr.body).toMatchObject({ status: true, ...who })
    expect((await world.call('POST', '/api/start', { body: query, headers })).body).toMatchObject({
      status: true,
      ...who,
    })
  }
})

test('a session that is not connected is told with status false, and one that was not started with a reason', async () => {
  const device = await world.device(tenant)
  const query = { token: device.token }
  const status = await world.call('GET', '/api/status', { query })
  expect([status.status, status.body]).toMatchObject([200, { status: false, message: 'DISCONNECTED', phone: '' }])
  const qr = await world.call('POST', '/api/qrcode', { body: query })
  expect([qr.status, qr.body]).toMatchObject([409, { status: false, message: expect.stringContaining('/api/start') }])
  for (const path of ['/api/logout', '/api/reconnect']) {
    expect((await world.call('POST', path, { query })).body, path).toMatchObject({ status: false, code: 'conflict' })
  }
})

test('another tenant’s key does not reach a token', async () => {
  const other = await world.tenant()
  for (const [method, path] of [
    ['DELETE', '/api/device'],
    ['GET', '/api/devices'],
    ['GET', '/api/workspaces'],
  ] as const) {
    const answer = await world.call(method, path, { headers: key(other), query: { token: online.token } })
    if (path === '/api/device') expect(answer.status).toBe(404)
    else expect(at(answer.body, 'data'), path).toEqual([])
  }
  for (const path of ['/api/webhook', '/api/workspace']) {
    const body = { token: online.token, url: 'https://example.com', workspace: 'x' }
    expect((await world.call('POST', path, { headers: key(other), body })).status, path).toBe(404)
  }
})

test('send: a text, or a file that is what its content says', async () => {
  const body = { token: online.token, phone: '628123456700', message: 'Hello World' }
  const text = await world.call('POST', '/api/send', { body })
  expect(text.body).toMatchObject({ status: true, message: 'Message sent', id: expect.any(String), phone: body.phone })
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
    'base64',
  )
  const server: Server = createServer((request, response) => {
    response.end(request.url === '/image.bin' ? png : Buffer.from('%PDF-1.4\n'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const image = await world.call('POST', '/api/send', { body: { ...body, file_url: `${base}/image.bin` } })
    const file = await world.call('POST', '/api/send', {
      body: { ...body, file_url: `${base}/a.pdf`, file_name: 'a.pdf' },
    })
    const kinds = [image, file].map(({ body: sent }) => {
      const work = world.runner.sends().find(({ messageId }) => messageId === at(sent, 'id'))
      return work?.content
    })
    expect(kinds).toMatchObject([
      { kind: 'image', caption: 'Hello World', media: { mimeType: 'image/png' } },
      { kind: 'document', caption: 'Hello World', media: { mimeType: 'application/pdf', fileName: 'a.pdf' } },
    ])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('send says why it cannot', async () => {
  const device = await world.device(tenant)
  const body = { token: device.token, phone: '628123456700', message: 'x' }
  expect((await world.call('POST', '/api/send', { body })).body).toMatchObject({
    status: false,
    code: 'device_not_connected',
  })
  await world.set(device, { state: 'loggedOut', jid: '1@s.whatsapp.net' })
  const out = await world.call('POST', '/api/send', { body })
  expect([out.status, out.body]).toMatchObject([502, { status: false, code: 'device_logged_out' }])
  const bad = await world.call('POST', '/api/send', { body: { ...body, phone: 'x' } })
  expect([bad.status, bad.body]).toMatchObject([400, { status: false, message: expect.stringContaining('phone') }])
})

test('contacts and groups have both addresses', async () => {
  const facts = { jid: '1@lid', phone: '628111', lid: '1', fullName: 'Budi', pushName: 'B' }
  await world.ctx.main.put({ pk: `D#${online.id}`, sk: 'K#1@lid', ...facts })
  const query = { token: online.token }
  expect((await world.call('GET', '/api/contacts', { query })).body).toEqual({
    status: true,
    data: [{ id: '628111@s.whatsapp.net', phone: '628111', lid: '1@lid', name: 'Budi', notify: 'B' }],
  })
  const member = { jid: '1@lid', phone: '628111', lid: '1', isAdmin: true, isSuperAdmin: false }
  const ann = { phone: '628111', lid: '1' }
  const group = aGroup('120@g.us', {
    nameSetAt: 1_650_572_126,
    nameSetBy: ann,
    topic: { id: '3EB0', text: 'Work', setAt: 1_650_572_127, setBy: ann },
    owner: ann,
    members: [member],
  })
  world.runner.onQuery('groups.list', () => [group])
  expect((await world.call('GET', '/api/groups', { query })).body).toMatchObject({
    status: true,
    data: [{ id: '120@g.us', name: 'Team', participants: 1 }],
  })
  const contacts = await world.call('GET', '/user/contacts', { headers: online.headers })
  expect(at(contacts.body, 'data')).toEqual({
    '628111@s.whatsapp.net': {
      BusinessName: '',
      FirstName: '',
      Found: true,
      FullName: 'Budi',
      PushName: 'B',
      LID: '1@lid',
    },
  })
  const groups = await world.call('GET', '/group/list', { headers: online.headers })
  expect(at(groups.body, 'data.Groups.0')).toMatchObject({
    JID: '120@g.us',
    Name: 'Team',
    OwnerJID: '628111@s.whatsapp.net',
    OwnerPN: '628111@s.whatsapp.net',
    OwnerLID: '1@lid',
    NameSetAt: '2022-04-21T20:15:26.000Z',
    NameSetBy: '628111@s.whatsapp.net',
    Topic: 'Work',
    TopicID: '3EB0',
    TopicSetAt: '2022-04-21T20:15:27.000Z',
    TopicSetBy: '628111@s.whatsapp.net',
    Participants: [{ IsAdmin: true, JID: '628111@s.whatsapp.net', PhoneNumber: '628111@s.whatsapp.net', LID: '1@lid' }],
  })
  const bare = await world.call('GET', '/group/list', {
    headers: online.headers,
    query: { ignoreParticipants: 'true' },
  })
  expect(at(bare.body, 'data.Groups.0')).not.toHaveProperty('Participants')
})

test('numbers are checked, each under the text that was asked', async () => {
  world.runner.onQuery('users.check', ({ work }) =>
    work.type === 'users.check'
      ? work.phones.map((phone, n) => ({
          phone,
          exists: n === 0,
          jid: n === 0 ? `${phone}@s.whatsapp.net` : undefined,
        }))
      : [],
  )
  const body = { Phone: ['+5491155553934', '5521971532700'] }
  const answer = await world.call('POST', '/user/check', { headers: online.headers, body })
  expect(at(answer.body, 'data.Users')).toEqual([
    { IsInWhatsapp: true, JID: '5491155553934@s.whatsapp.net', Query: '+5491155553934', VerifiedName: '' },
    { IsInWhatsapp: false, JID: '5521971532700@s.whatsapp.net', Query: '5521971532700', VerifiedName: '' },
  ])
})

test('devices are paged, searched and put into workspaces; webhooks are set', async () => {
  const owner = await world.tenant()
  const devices = [await world.device(owner), await world.device(owner), await world.onlineDevice(owner, '628777')]
  const [first] = devices
  const token = first?.token ?? ''
  const list = (query: Record<string, string>) => world.call('GET', '/api/devices', { headers: key(owner), query })
  expect((await list({})).body).toMatchObject({ status: true, page: 1, limit: 10, total: 3, pages: 1 })
  expect((await list({ page: '2', limit: '2' })).body).toMatchObject({ page: 2, total: 3, data: [{ phone: '628777' }] })
  expect((await list({ q: '628777' })).body).toMatchObject({ total: 1, data: [{ status: 'AUTHENTICATED' }] })
  expect((await list({ page: 'x' })).status).toBe(400)
  const moved = await world.call('POST', '/api/workspace', {
    headers: key(owner),
    body: { token, workspace: 'Marketing' },
  })
  expect(moved.body).toMatchObject({ status: true })
  expect((await list({ workspace: 'Marketing' })).body).toMatchObject({
    total: 1,
    data: [{ token, workspace: 'Marketing' }],
  })
  expect((await world.call('GET', '/api/workspaces', { headers: key(owner) })).body).toEqual({
    status: true,
    data: ['Marketing'],
  })
  const url = 'https://your-webhook.com/endpoint'
  await world.call('POST', '/api/webhook', { headers: key(owner), body: { token, url } })
  expect((await list({ q: token })).body).toMatchObject({ data: [{ webhook: url }] })
})

test('logout, reconnect and deletion', async () => {
  const device = await world.onlineDevice(tenant)
  const query = { token: device.token }
  await world.set(device, { state: 'waiting' })
  expect((await world.call('POST', '/api/reconnect', { query })).body).toMatchObject({
    status: true,
    message: 'AUTHENTICATED',
  })
  for (const _ of ['logged in', 'logged out before']) {
    expect((await world.call('POST', '/api/logout', { query })).body).toEqual({ status: true, message: 'LOGGED OUT' })
  }
  expect((await world.call('GET', '/api/status', { query })).body).toMatchObject({ status: false })
  expect((await world.call('DELETE', '/api/device', { query })).status).toBe(401)
  expect((await world.call('DELETE', '/api/device', { headers: key(), query })).body).toMatchObject({ status: true })
  expect((await world.call('GET', '/api/status', { query })).status).toBe(401)
  expect((await world.call('GET', '/api/status', { headers: key(), query })).status).toBe(404)
})
