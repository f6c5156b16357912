import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { findDevice } from '#domains/devices/repo.ts'
import { decryptAtRest } from '#kit/crypto.ts'
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
  device = await world.device(tenant)
})
afterEach(() => {
  delete process.env.GLOBAL_SKIP_MEDIA_DOWNLOAD
})
afterAll(() => world?.close())

const call = (method: string, path: string, body?: unknown, own = device) =>
  world.call(method, path, { headers: own.headers, body })

const stored = async (own = device) => {
  const found = await findDevice(world.ctx, own.id)
  if (!found) throw new Error('the device is gone')
  return found.settings
}

/** Path, name in the answer to a change, name in the answer to a question, name in the session's status. */
const SWITCHES = [
  ['skipmedia', 'SkipMediaDownload', 'UserSkipMediaDownload', 'skip_media_download', 'Skip media download'],
  ['skipgroups', 'SkipGroups', 'UserSkipGroups', 'skip_groups', 'Skip groups'],
  ['skipnewsletters', 'SkipNewsletters', 'SkipNewsletters', 'skip_newsletters', 'Skip newsletters'],
  ['skipbroadcasts', 'SkipBroadcasts', 'SkipBroadcasts', 'skip_broadcasts', 'Skip broadcasts'],
  ['skipownmessages', 'SkipOwnMessages', 'SkipOwnMessages', 'skip_own_messages', 'Skip own messages'],
] as const

test.each(SWITCHES)('%s is off at first, is set, shown and unset', async (path, shown, read, inStatus, words) => {
  const url = `/session/${path}/config`
  const more = path === 'skipmedia' ? { GlobalSkipMediaDownload: false } : {}
  const question = (on: boolean) => ({
    code: 200,
    success: true,
    data: { [read]: on, ...more, Details: `${words} configuration retrieved successfully` },
  })
  expect((await call('GET', url)).body).toEqual(question(false))
  expect((await call('POST', url, { enabled: true })).body).toEqual({
    code: 200,
    success: true,
    data: { Details: `${words} configuration updated successfully`, [shown]: true },
  })
  expect((await call('GET', url)).body).toEqual(question(true))
  expect(at((await call('GET', '/session/status')).body, `data.${inStatus}`)).toBe(true)
  expect(at((await call('POST', url, { enabled: false })).body, `data.${shown}`)).toBe(false)
  expect((await call('GET', url)).body).toEqual(question(false))
})

test('what the installation leaves out is told apart from what the user does', async () => {
  process.env.GLOBAL_SKIP_MEDIA_DOWNLOAD = 'true'
  expect((await call('GET', '/session/skipmedia/config')).body).toMatchObject({
    data: { UserSkipMediaDownload: false, GlobalSkipMediaDownload: true },
  })
})

test('rejected calls have a message and a type; a wrong type is refused', async () => {
  const url = '/session/skipcalls/config'
  expect((await call('GET', url)).body).toEqual({
    code: 200,
    success: true,
    data: {
      SkipCalls: false,
      RejectMessage: 'Sorry, I cannot take calls at the moment.',
      RejectType: 'busy',
      Details: 'Skip calls configuration retrieved successfully',
    },
  })
  const set = await call('POST', url, { enabled: true, reject_message: 'Write to me.', reject_type: 'unavailable' })
  expect(set.body).toEqual({
    code: 200,
    success: true,
    data: {
      Details: 'Skip calls configuration updated successfully',
      SkipCalls: true,
      RejectMessage: 'Write to me.',
      RejectType: 'unavailable',
    },
  })
  expect((await call('GET', '/session/status')).body).toMatchObject({
    data: { skip_calls: true, call_reject_message: 'Write to me.', call_reject_type: 'unavailable' },
  })
  const bad = await call('POST', url, { enabled: true, reject_type: 'later' })
  expect(bad.status).toBe(400)
  expect(at(bad.body, 'error')).toBe('invalid reject_type, must be: busy, declined, or unavailable')
  expect(await stored()).toMatchObject({ skipCalls: true, callRejectType: 'unavailable' })
})

test('the echo of API sends is switched per session, in its own form', async () => {
  const off = { EchoAPIMessages: false, Details: 'Echo API messages configuration retrieved successfully' }
  expect((await call('GET', '/session/echo/api')).body).toEqual(off)
  expect((await call('POST', '/session/echo/api', { enabled: true })).body).toEqual({
    EchoAPIMessages: true,
    Details: 'Echo API messages configuration updated successfully',
  })
  expect((await call('GET', '/session/status')).body).toMatchObject({
    data: { echo_api_messages: true, isFromAPI: true },
  })
})

test('the session is shown as away after connecting when that is set', async () => {
  expect((await call('POST', '/session/presence/config', { enabled: true })).body).toMatchObject({
    data: { Details: 'Auto presence unavailable configuration updated successfully', AutoPresenceUnavailable: true },
  })
  expect((await call('GET', '/session/presence/config')).body).toMatchObject({
    data: { AutoPresenceUnavailable: true },
  })
})

test('the task that owns a connected device is told before the answer comes; another device is left alone', async () => {
  const online = await world.onlineDevice(tenant)
  await call('POST', '/session/skipgroups/config', { enabled: true }, online)
  const told = world.runner.commands.filter(({ deviceId }) => deviceId === online.id).map(({ work }) => work.type)
  expect(told).toEqual(['device.reconcile'])
  expect((await stored(device)).skipGroups).toBe(false)
})

test('settings that are changed at one moment all count', async () => {
  const answers = await Promise.all(
    SWITCHES.map(([path]) => call('POST', `/session/${path}/config`, { enabled: true })),
  )
  expect(answers.map(({ status }) => status)).toEqual(SWITCHES.map(() => 200))
  expect(await stored()).toMatchObject({
    skipMedia: true,
    skipGroups: true,
    skipNewsletters: true,
    skipBroadcasts: true,
    skipOwnMessages: true,
  })
})

test('a proxy is stored sealed, shown masked, and taken up by a new connection', async () => {
  const online = await world.onlineDevice(tenant)
  const proxy_url = 'socks5://user:pa55@proxy.example.com:1080'
  const set = await call('POST', '/session/proxy', { proxy_url, enable: true }, online)
  expect(set.body).toEqual({
    Details: 'Proxy configured successfully',
    ProxyURL: 'socks5://user:***@proxy.example.com:1080',
  })
  const { proxy } = await stored(online)
  expect(JSON.stringify(proxy)).not.toContain('pa55')
  expect(await decryptAtRest(String(proxy.proxy_url_sealed), `${online.id}.proxy_url`)).toBe(proxy_url)
  expect(world.runner.commands.filter(({ deviceId }) => deviceId === online.id).map(({ work }) => work.type)).toEqual([
    'device.reconnect',
  ])
  expect((await call('GET', '/session/status', undefined, online)).body).toMatchObject({
    data: { proxy_config: { enabled: true, proxy_url: 'socks5://user:***@proxy.example.com:1080' } },
  })
  expect((await call('POST', '/session/proxy', { proxy_url: '', enable: false }, online)).body).toEqual({
    Details: 'Proxy disabled successfully',
    ProxyURL: '',
  })
  expect(await stored(online)).toMatchObject({ proxy: { enabled: false, proxy_url: '' } })
  expect(JSON.stringify(await stored(online))).not.toContain('sealed')
})

test('what is no proxy is refused', async () => {
  for (const proxy_url of ['', 'ftp://proxy.example.com', 'nonsense', 'socks4://proxy.example.com:1080']) {
    const answer = await call('POST', '/session/proxy', { proxy_url, enable: true })
    expect(answer.status, proxy_url).toBe(400)
    expect(String(at(answer.body, 'error')).toLowerCase()).toContain('proxy')
  }
  process.env.ALLOW_PRIVATE_TARGETS = 'false'
  for (const host of ['127.0.0.1', '[::1]', '169.254.169.254', 'localhost', 'db.internal']) {
    const answer = await call('POST', '/session/proxy', { proxy_url: `http://${host}:3128`, enable: true })
    expect(answer.status, host).toBe(400)
  }
  process.env.ALLOW_PRIVATE_TARGETS = 'true'
  expect((await stored()).proxy).toEqual({})
})
