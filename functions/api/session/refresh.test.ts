import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findDevice } from '#domains/devices/repo.ts'
import { fail } from '#kit/errors.ts'
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
  device = await world.onlineDevice(tenant)
  world.runner.onQuery('sync.refresh', () => whole)
})
afterAll(() => world?.close())

const NAMES = ['critical_block', 'critical_unblock_low', 'regular_low', 'regular_high', 'regular']

const whole = {
  appState: NAMES.map((name) => ({ name, success: true, durationMs: 412, recoveryRequested: false })),
  preKeys: { checked: true, serverCount: 47, uploaded: false },
  privacy: { fetched: true },
  durationMs: 4521,
}

const refresh = (body?: unknown, own = device) => world.call('POST', '/session/refresh', { headers: own.headers, body })

const asked = (own = device) =>
  world.runner.commands.filter(({ deviceId }) => deviceId === own.id).map(({ work }) => work)

test('the connection is opened anew, then all parts are checked and reported', async () => {
  const answer = await refresh()
  const { jid } = (await findDevice(world.ctx, device.id)) ?? {}
  expect(answer.body).toEqual({
    Details: 'Connection refresh completed',
    refreshSuccess: true,
    wasConnected: true,
    wasLoggedIn: true,
    newConnected: true,
    newLoggedIn: true,
    jid,
    sync_options: { sync_app_state: true, refresh_prekeys: true, refresh_privacy: true, auto_recovery: true },
    sync: {
      app_state: NAMES.map((name) => ({ name, success: true, duration: '0.412s', recovery_requested: false })),
      app_state_success: true,
      prekeys: { checked: true, server_count: 47, upload_triggered: false },
      privacy_settings: { fetched: true },
      total_duration: '4.521s',
    },
  })
  expect(asked()).toEqual([
    { type: 'device.reconnect' },
    { type: 'sync.refresh', appState: true, preKeys: true, privacy: true, recovery: true },
  ])
})

test('parts that are not asked for are left out; one that fails is told', async () => {
  world.runner.onQuery('sync.refresh', () => ({
    preKeys: { checked: false, serverCount: 0, uploaded: false, error: 'WhatsApp did not answer in time.' },
    durationMs: 15,
  }))
  const answer = await refresh({ sync_app_state: false, refresh_privacy: false })
  expect(at(answer.body, 'sync')).toEqual({
    prekeys: { checked: false, server_count: 0, upload_triggered: false, error: 'WhatsApp did not answer in time.' },
    total_duration: '0.015s',
  })
  expect(asked().at(-1)).toMatchObject({ appState: false, preKeys: true, privacy: false })
})

test('a session that was disconnected is connected by it', async () => {
  await world.set(device, { desired: 'offline', state: 'idle' })
  expect((await refresh()).body).toMatchObject({ refreshSuccess: true, wasConnected: false, wasLoggedIn: true })
  expect((await findDevice(world.ctx, device.id))?.desired).toBe('online')
  expect(asked().map(({ type }) => type)).toEqual(['device.reconcile', 'sync.refresh'])
})

test('a connection that does not come about is told in the documented form', async () => {
  world.runner.onQuery('sync.refresh', async () => {
    await world.set(device, { state: 'waiting' })
    throw fail('device_not_connected')
  })
  const answer = await refresh()
  expect(answer.status).toBe(500)
  expect(answer.body).toEqual({
    code: 500,
    error: 'Failed to refresh connection',
    refreshSuccess: false,
    wasConnected: true,
    wasLoggedIn: true,
    newConnected: false,
    newLoggedIn: true,
  })
})

test('a session without a login cannot be refreshed', async () => {
  const unpaired = await world.device(tenant)
  const answer = await refresh(undefined, unpaired)
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 400, error: 'no JID found, QR scan required for initial pairing', success: false },
  })
  expect(asked(unpaired)).toEqual([])
})

test('wrong types and requests without a token are refused', async () => {
  expect(await refresh({ refresh_prekeys: 'yes' })).toMatchObject({ status: 400 })
  expect(await world.call('POST', '/session/refresh', {})).toMatchObject({ status: 401 })
  expect(asked()).toEqual([])
})
