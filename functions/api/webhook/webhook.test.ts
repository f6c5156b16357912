import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiDevice, type ApiWorld, apiWorld } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'

let world: ApiWorld
let device: ApiDevice

beforeAll(async () => {
  world = await apiWorld()
  device = await world.device(await world.tenant())
})
afterAll(() => world?.close())

const call = (method: string, body?: unknown) => world.call(method, '/webhook', { headers: device.headers, body })

test('a webhook is set under any spelling of its URL field, with a list or a text of events', async () => {
  const url = 'https://example.net/webhook'
  for (const field of ['webhookurl', 'webhook', 'webhookURL']) {
    const answer = await call('POST', { [field]: url, events: ['Message', 'ReadReceipt'] })
    expect(answer.body).toEqual({
      code: 200,
      success: true,
      data: { WebhookURL: url, Events: ['Message', 'ReadReceipt'] },
    })
  }
  await call('POST', { webhookurl: url, events: 'Message, Disconnected' })
  expect((await call('GET')).body).toEqual({
    code: 200,
    success: true,
    data: { subscribe: ['Message', 'Disconnected'], webhook: url },
  })
})

test('a change keeps what it does not name, and deletion removes URL and events', async () => {
  await call('POST', { webhookurl: 'https://example.net/a', events: ['Message'] })
  expect((await call('PUT', { Active: false })).body).toMatchObject({
    data: { Webhook: 'https://example.net/a', Events: ['Message'], active: false },
  })
  expect((await call('PUT', { webhookurl: 'https://example.net/b', events: 'All', Active: true })).body).toMatchObject({
    data: { Webhook: 'https://example.net/b', Events: ['All'], active: true },
  })
  expect((await call('DELETE')).body).toMatchObject({ data: { Details: 'Webhook and events deleted successfully' } })
  expect((await call('GET')).body).toMatchObject({ data: { subscribe: [], webhook: '' } })
})

test('unknown events are named, and missing or unsafe URLs refused', async () => {
  const unknown = await call('POST', { webhookurl: 'https://example.net/', events: ['Message', 'Nope', 'message'] })
  expect(unknown.status).toBe(400)
  expect(at(unknown.body, 'error')).toMatch(/Nope, message/)
  expect((await call('POST', { events: ['All'] })).status).toBe(400)
  expect((await call('POST', { webhookurl: 'https://example.net/' })).status).toBe(400)
  for (const [field, url] of [
    ['webhookurl', 'javascript:alert(1)'],
    ['webhook', 'nope'],
    ['WebhookURL', 'https://u:p@example.net/'],
  ] as const) {
    const refused = await call('POST', { [field]: url, events: ['All'] })
    expect([refused.status, at(refused.body, 'error')]).toEqual([400, expect.stringMatching(`^${field}: The URL `)])
  }
})
