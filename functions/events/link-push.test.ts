import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { findConnection } from '#domains/deliveries/connections.ts'
import type { Device } from '#domains/devices/model.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { requireClient } from '#domains/guide/clients.ts'
import { createPendingDevice } from '#domains/guide/devices.ts'
import type { Token } from '#domains/guide/model.ts'
import { createToken } from '#domains/guide/tokens.ts'
import { createTenant } from '#domains/tenants/set-up.ts'
import { serveSocket } from '#functions/jobs/socket.ts'
import { isoTime } from '#kit/clock.ts'
import type { EventRecord } from '#kit/define-event.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { subscriber } from './push-on-event.ts'

type Frame = { type: string; qr_code?: string; expires_in?: number; device_id?: string; message?: string }

let ctx: DomainContext
let gateway: Server
let token: Token
let secret: string
let device: Device
/** What was posted to each connection, and which were closed. */
let posted: Map<string, Frame[]>
let closed: string[]
/** How often a connection is not there yet. */
let opening: Map<string, number>

const startGateway = async (): Promise<Server> => {
  const server = createServer((request, response) => {
    const connectionId = decodeURIComponent(request.url?.split('/').at(-1) ?? '')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const left = opening.get(connectionId) ?? 0
      opening.set(connectionId, left - 1)
      if (left > 0) return response.writeHead(410, { 'x-amzn-errortype': 'GoneException' }).end('{}')
      if (request.method === 'DELETE') closed.push(connectionId)
      else {
        const frame = JSON.parse(Buffer.concat(chunks).toString()) as Frame
        posted.set(connectionId, [...(posted.get(connectionId) ?? []), frame])
      }
      return response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

beforeAll(async () => {
  ;[ctx, gateway] = await Promise.all([domainContext(), startGateway()])
  await useAsEnvironment(ctx)
  process.env.SOCKET_ENDPOINT = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/live`
})

beforeEach(async () => {
  posted = new Map()
  closed = []
  opening = new Map()
  const slug = `t-${Math.random().toString(36).slice(2)}`
  const counters = makeCounters(ctx.main)
  const owner = await createTenant(ctx, counters, { name: slug, slug, email: `${slug}@example.com` })
  const client = await requireClient(ctx, owner.tenantId, owner.clientId)
  const actor = { tenantId: owner.tenantId, kind: 'clientCredential', id: owner.clientId } as const
  ;({ token, secret } = await createToken(ctx, counters, actor, client, { usesHost: false }))
  device = await createPendingDevice(ctx, counters, token)
  // Lookups are kept for events of the same moment.
  ctx.clock.advance(5000)
})

afterAll(async () => {
  await ctx?.close()
  gateway?.close()
})

const change = async (set: Partial<Device>): Promise<void> => {
  device = (await changeDevice(ctx, device.id, { set })) ?? device
}

const event = (
  type: string,
  data: Record<string, unknown> = {},
  deviceId: string | undefined = device.id,
): EventRecord => ({
  id: 'evt_1',
  type,
  version: 1,
  at: isoTime(ctx.clock.nowMs()),
  tenantId: token.tenantId,
  deviceId,
  data,
})

const raiseEvent = async (type: string, data: Record<string, unknown> = {}, deviceId?: string): Promise<void> => {
  await subscriber.handler(ctx, event(type, data, deviceId))
  ctx.clock.advance(2000)
}

/** Opens a socket at the path, as CloudFront and API Gateway hand it on; gives the status. */
const connect = async (connectionId: string, query: Record<string, string> = { token: secret }): Promise<number> => {
  const { statusCode } = await serveSocket(
    ctx,
    {
      requestContext: { routeKey: '$connect', connectionId },
      headers: { 'X-Switchboard-Path': '/api/v1/devices/qr-code' },
      queryStringParameters: query,
    },
    async () => true,
  )
  return statusCode
}

/** Opens a socket, and lets the event of its opening come. */
const open = async (connectionId: string): Promise<void> => {
  expect(await connect(connectionId)).toBe(200)
  await raiseEvent('device.link_opened', { connectionId }, undefined)
}

const qr = (code: string) => ({ qr: { code, expiresAt: isoTime(ctx.clock.nowMs() + 20_000) } })
const frames = (connectionId: string): string[] =>
  (posted.get(connectionId) ?? []).map(({ type, qr_code }) => (qr_code ? `${type} ${qr_code}` : type))

test('a code that is there is shown at once, and each further one as it rotates, until the device is linked', async () => {
  await change({ desired: 'online', state: 'pairing', ...qr('first') })
  await open('c1')
  await raiseEvent('device.qr', { qr: 'second', expiresAt: isoTime(ctx.clock.nowMs() + 20_000) })
  await change({ state: 'online', jid: '237123456789:3@s.whatsapp.net', qr: undefined })
  await raiseEvent('device.connected', { jid: device.jid })
  expect(frames('c1')).toEqual(['qr first', 'qr second', 'success'])
  expect(posted.get('c1')?.[0]).toMatchObject({
    expires_in: 20,
    image: expect.stringMatching(/^data:image\/png;base64,/),
  })
  expect(posted.get('c1')?.[2]).toMatchObject({ platform: 'wa', device_id: '237123456789' })
  expect(closed).toEqual(['c1'])
  expect(await findConnection(ctx, token.tenantId, 'c1')).toBeUndefined()
})

test('a code that is still on its way is waited for, and one that has run out is not shown', async () => {
  await change({ desired: 'online', state: 'connecting' })
  await open('c2')
  await change({ state: 'pairing', qr: { code: 'old', expiresAt: isoTime(ctx.clock.nowMs() - 1) } })
  await open('c3')
  await raiseEvent('device.qr', { qr: 'first', expiresAt: isoTime(ctx.clock.nowMs() + 60_000) })
  expect([frames('c2'), frames('c3')]).toEqual([['qr first'], ['qr first']])
})

test('when nobody scans in time the socket says so and is closed', async () => {
  await change({ desired: 'online', state: 'pairing', ...qr('first') })
  await open('c4')
  await change({ desired: 'offline', state: 'idle', code: 408, qr: undefined })
  await raiseEvent('device.pair_failed')
  expect(frames('c4')).toEqual(['qr first', 'timeout'])
  expect(closed).toEqual(['c4'])
})

test('a refused connection and a deleted device end it with an error in words', async () => {
  await change({ desired: 'online', state: 'connecting' })
  await open('c5')
  await change({ state: 'failed', reason: 'WhatsApp refuses the connection' })
  await raiseEvent('device.connect_failed')
  expect(posted.get('c5')).toEqual([{ type: 'error', message: 'WhatsApp refuses the connection' }])
  expect(closed).toEqual(['c5'])
})

test('a short break while it waits for a phone ends nothing', async () => {
  await change({ desired: 'online', state: 'pairing', ...qr('first') })
  await open('c6')
  await change({ state: 'waiting', qr: undefined })
  await raiseEvent('device.disconnected')
  expect(frames('c6')).toEqual(['qr first'])
  expect(closed).toEqual([])
})

test('with nothing to link there is an error at once; a socket that is only just opening is written to a moment later', async () => {
  opening.set('c7', 2)
  await open('c7')
  expect(posted.get('c7')).toEqual([{ type: 'error', message: expect.stringContaining('POST /api/v1/devices') }])
  expect(closed).toEqual(['c7'])
})

test('a socket that was closed meanwhile is forgotten', async () => {
  await change({ desired: 'online', state: 'connecting' })
  await open('c8')
  opening.set('c8', 99)
  await raiseEvent('device.qr', { qr: 'first', expiresAt: isoTime(ctx.clock.nowMs() + 60_000) })
  expect(await findConnection(ctx, token.tenantId, 'c8')).toBeUndefined()
})

test('a socket hears of its device and of nothing else: no other device, no other event', async () => {
  await change({ desired: 'online', state: 'connecting' })
  await open('c9')
  await raiseEvent('device.qr', { qr: 'foreign', expiresAt: isoTime(ctx.clock.nowMs() + 60_000) }, 'another-device')
  await raiseEvent('message.received', { text: 'hi' })
  expect(frames('c9')).toEqual([])
})

test('only a token opens it', async () => {
  expect(await connect('x1', {})).toBe(401)
  expect(await connect('x2', { token: 'mt_unknown' })).toBe(401)
  expect(await connect('x3', { token: 'ceox_key' })).toBe(401)
})
