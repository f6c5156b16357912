import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalStack, startStack } from '#local/stack/start-stack.ts'
import { pairedDevice, type TestDevice } from '#test/harness/device.ts'
import { at, call } from '#test/harness/http.ts'
import { createPhone, freshNumber } from '#test/harness/phone.ts'
import { type SecondTenant, secondTenant } from '#test/harness/second-tenant.ts'

let stack: LocalStack
let other: SecondTenant
let device: TestDevice

beforeAll(async () => {
  stack = await startStack({})
  other = await secondTenant(stack, 'other-tenant')
  device = await pairedDevice(stack)
}, 120_000)

afterAll(async () => {
  await stack?.stop()
}, 60_000)

const get = (path: string, headers: Record<string, string>) => call('GET', `${stack.url}${path}`, { headers })

test('a second tenant sees no device of the first, in any system', async () => {
  const users = await get('/admin/users', { authorization: other.adminToken })
  expect(users.status).toBe(200)
  expect(at(users.body, 'data')).toEqual([])
  const instances = await get('/admin/instances/status', { authorization: other.adminToken })
  expect(at(instances.body, 'data')).toEqual([])
  const devices = await get('/api/v1/devices', { authorization: other.apiKey })
  expect(devices.text).not.toContain(device.id)
  expect(devices.text).not.toContain(device.phone.phone)
  const managed = await get('/api/devices', { apikey: other.managerApiKey })
  expect(managed.text).not.toContain(device.phone.phone)
})

test("what belongs to the first tenant does not exist for the second's credentials", async () => {
  const one = await get(`/admin/users/${device.id}`, { authorization: other.adminToken })
  expect(one.status).toBe(404)
  const removed = await call('DELETE', `${stack.url}/admin/users/${device.id}`, {
    headers: { authorization: other.adminToken },
  })
  expect(removed.status).toBe(404)
  const full = await call('DELETE', `${stack.url}/admin/users/${device.id}/full`, {
    headers: { authorization: other.adminToken },
  })
  expect(full.status).toBe(404)
  const gone = await call('DELETE', `${stack.url}/api/device?token=${device.token}`, {
    headers: { apikey: other.managerApiKey },
  })
  expect(gone.status).toBe(404)
  expect((await device.api('GET', '/session/status')).status).toBe(200)
})

test('a second tenant cannot send from the first one’s number, nor read its media', async () => {
  const customer = await createPhone(stack.sandboxUrl, freshNumber())
  const sent = await call('POST', `${stack.url}/api/v1/messages/send`, {
    headers: { authorization: other.apiKey },
    body: { to: `+${customer.phone}`, body: 'not yours', from: device.phone.phone },
  })
  expect(sent.status).toBeGreaterThanOrEqual(400)
  const image = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
  const own = await call('POST', `${stack.url}/api/v1/messages/send`, {
    headers: { authorization: stack.apiKey },
    body: { to: `+${customer.phone}`, media_base64: image, media_mime: 'image/png', media_filename: 'dot.png' },
  })
  expect(own.status, own.text).toBeLessThan(300)
  const path = `/media/${String(at(own.body, 'conversation_id'))}/${String(at(own.body, 'wa_message_id'))}`
  const file = await get(path, { authorization: stack.apiKey })
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png'])
  expect((await get(path, { authorization: other.apiKey })).status).toBe(404)
})
