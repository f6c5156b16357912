import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startSandboxNetwork } from '#local/whatsapp/network.ts'
import type { SandboxNetwork } from '#local/whatsapp/network-types.ts'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'

let world: ApiWorld
let network: SandboxNetwork
let tenant: TestTenant

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
  network = await startSandboxNetwork({ controlPort: 0 })
  process.env.SANDBOX_URL = network.controlUrl
})
afterEach(() => {
  process.env.SANDBOX_URL = network.controlUrl
})
afterAll(async () => {
  delete process.env.SANDBOX_URL
  await network?.close()
  await world?.close()
})

const call = (method: string, path: string, body?: unknown) =>
  world.call(method, `/api/v1/sandbox${path}`, { headers: { authorization: tenant.apiKey }, body })

test('two simulated phones write to each other and read', async () => {
  expect(at((await call('GET', '')).body, 'data.available')).toBe(true)
  for (const [phone, name] of [
    ['15550001111', 'Shop'],
    ['15550002222', 'Ada'],
  ]) {
    const made = await call('POST', '/phones', { phone, name })
    expect([made.status, at(made.body, 'data.name')], made.text).toEqual([200, name])
  }
  expect(at((await call('GET', '/phones')).body, 'data')).toHaveLength(2)
  const sent = await call('POST', '/phones/15550002222/messages', { to: '15550001111', text: 'Hello' })
  expect(sent.status, sent.text).toBe(200)
  const id = String(at(sent.body, 'data.id'))
  await expect
    .poll(async () => at((await call('GET', '/phones/15550001111/messages')).body, 'data.0.text'))
    .toBe('Hello')
  expect((await call('POST', '/phones/15550001111/typing', { to: '15550002222', state: 'composing' })).status).toBe(200)
  expect((await call('POST', '/phones/15550001111/read', { id })).status).toBe(200)
  await expect
    .poll(async () => at((await call('GET', '/phones/15550002222/messages')).body, 'data.0.status'))
    .toBe('read')
})

test('a picture is seen as it was sent', async () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const image = { base64: png.toString('base64'), mimetype: 'image/png', caption: 'Look' }
  const sent = await call('POST', '/phones/15550002222/messages', { to: '15550001111', image })
  const path = `/phones/15550001111/media/${at(sent.body, 'data.id')}`
  await expect.poll(async () => (await call('GET', path)).status).toBe(200)
  const file = await call('GET', path)
  expect(file.headers).toMatchObject({
    'content-type': expect.stringContaining('image'),
    'content-disposition': 'attachment',
  })
})

test('what the network refuses is told in its words', async () => {
  expect((await call('GET', '/phones/15559999999/messages')).status).toBe(404)
  expect((await call('POST', '/phones/15550001111/link', { qr: 'nonsense' })).status).toBe(400)
  const both = await call('POST', '/phones/15550001111/link', { qr: 'x', code: 'y' })
  expect([both.status, at(both.body, 'error.details.0.path')]).toEqual([400, 'qr'])
  const empty = await call('POST', '/phones/15550001111/messages', { to: '15550002222' })
  expect([empty.status, at(empty.body, 'error.details.0.path')]).toEqual([400, 'text'])
  expect((await call('GET', '/phones/..%2Ffaults/messages')).status).toBe(404)
})

test('without a sandbox network the answer says so', async () => {
  process.env.SANDBOX_URL = ''
  expect(at((await call('GET', '')).body, 'data.available')).toBe(false)
  const none = await call('GET', '/phones')
  expect([none.status, at(none.body, 'error.code')]).toEqual([501, 'sandbox_absent'])
  process.env.SANDBOX_URL = 'http://127.0.0.1:1'
  expect((await call('GET', '/phones')).status).toBe(502)
})
