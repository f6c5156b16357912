import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Device, defaultSettings } from '#domains/devices/model.ts'
import { waitFor } from '#test/harness/wait.ts'
import { connectProxy, socksProxy, type TestProxy } from './testing/proxies.ts'
import { startWorld, type World } from './testing/world.ts'

const CUSTOMER = '15550004002'

let world: World
let phones = 0
const proxies: TestProxy[] = []

beforeAll(async () => {
  process.env.ALLOW_PRIVATE_TARGETS = 'true'
  world = await startWorld({ shards: 1 })
  await world.startRunner()
  world.network.createPhone(CUSTOMER)
}, 90_000)

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close()
})

afterAll(async () => {
  delete process.env.ALLOW_PRIVATE_TARGETS
  await world?.close()
}, 60_000)

const used = async (making: Promise<TestProxy>): Promise<TestProxy> => {
  const proxy = await making
  proxies.push(proxy)
  return proxy
}

const settingsWith = (url: string | undefined) => ({
  ...defaultSettings(),
  proxy: url === undefined ? { enabled: false } : { enabled: true, proxy_url: 'shown', proxy_url_sealed: url },
})

const pairedThrough = async (proxy: TestProxy): Promise<{ device: Device; phone: string }> => {
  phones += 1
  const phone = `1555000410${phones}`
  const created = await world.createDevice({ settings: settingsWith(proxy.url) })
  return { device: await world.pair(created, phone), phone }
}

const networkHost = () => new URL(world.network.webSocketUrl).host

const LOGIN = { username: 'us er', password: 'p@:ss' }

test.each([
  ['HTTP CONNECT', () => connectProxy()],
  ['HTTP CONNECT with a password', () => connectProxy(LOGIN)],
  ['SOCKS5', () => socksProxy()],
  ['SOCKS5 with a password', () => socksProxy(LOGIN)],
])(
  'the connection and the media of a device go through its %s proxy',
  async (_name, make) => {
    const proxy = await used(make())
    const before = world.network.stats().connectionsOpened
    const { device, phone } = await pairedThrough(proxy)
    // Pairing takes two connections, and both are the proxy's.
    const opened = world.network.stats().connectionsOpened - before
    expect(opened).toBeGreaterThanOrEqual(2)
    expect(proxy.targets.length).toBeGreaterThanOrEqual(opened)
    expect(new Set(proxy.targets)).toEqual(new Set([networkHost()]))

    const downloaded = proxy.targets.length
    const file = Buffer.alloc(40_000, 7)
    const { id } = await world.network.phone(CUSTOMER).send({ to: phone, image: { base64: file.toString('base64') } })
    await waitFor('the media to be fetched', async () => {
      const messages = await world.conversation(device, `${CUSTOMER}@s.whatsapp.net`)
      return messages.find((message) => message.messageId === id)?.media?.state === 'ready'
    })
    expect(proxy.targets.length).toBeGreaterThan(downloaded)

    const uploaded = proxy.targets.length
    const { bucket, s3 } = world.emulators
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'up/proxied', Body: file }))
    const media = { key: 'up/proxied', mimeType: 'image/png', sizeBytes: file.length, width: 4, height: 3 }
    await world.untilStatus(await world.send(device, CUSTOMER, { kind: 'image', media }), 'delivered')
    expect(proxy.targets.length).toBeGreaterThan(uploaded)
  },
  60_000,
)

test('a connection moves to the proxy that was set, and away from one that was switched off', async () => {
  const first = await used(connectProxy())
  const second = await used(socksProxy())
  const { device } = await pairedThrough(first)
  await world.change(device, { settings: settingsWith(second.url) })
  await world.ask(device, { type: 'device.reconnect' })
  await waitFor('the connection to move', () => second.open() >= 1 && first.open() === 0)
  await world.untilState(device, 'online')

  await world.change(device, { settings: settingsWith(undefined) })
  const before = second.targets.length
  await world.ask(device, { type: 'device.reconnect' })
  await waitFor('the proxy to be left', () => second.open() === 0)
  await world.untilState(device, 'online')
  expect(second.targets.length).toBe(before)
}, 60_000)

test('nothing goes past a proxy that refuses or is gone; the status says why', async () => {
  const proxy = await used(connectProxy(LOGIN))
  const wrong = proxy.url.replace('p%40', 'other')
  const device = await world.createDevice({ settings: settingsWith(wrong) })
  const before = world.network.stats().connectionsOpened
  await world.command(device, { type: 'device.reconcile' })
  await waitFor('the refusal', async () => /proxy answered 407/.test((await world.currentDevice(device)).reason ?? ''))
  const gone = await connectProxy()
  await gone.close()
  await world.change(device, { settings: settingsWith(gone.url) })
  await world.ask(device, { type: 'device.reconnect' })
  await waitFor('the failure', async () =>
    /proxy cannot be reached: ECONNREFUSED/.test((await world.currentDevice(device)).reason ?? ''),
  )
  expect(world.network.stats().connectionsOpened).toBe(before)
}, 60_000)
