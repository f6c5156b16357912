import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTable } from '#data/table.ts'
import { addConnection, listConnections } from '#domains/deliveries/connections.ts'
import { subscriber } from '#functions/events/push-on-event.ts'
import type { Actor } from '#kit/actor.ts'
import { systemClock } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import type { EventRecord } from '#kit/define-event.ts'
import { createTestContext, environmentOf, type TestContext } from '#local/aws/test-context.ts'
import { waitFor } from '#test/harness/wait.ts'
import { connectRequest, serveSocket } from './socket.ts'

let stores: TestContext
let ctx: Context
let gateway: Server
let posted: { connectionId: string; data: unknown }[]

/** API Gateway's management API: keeps what is posted; connections whose id starts with `gone` are no more. */
const startGateway = async (): Promise<Server> => {
  const server = createServer((request, response) => {
    const connectionId = decodeURIComponent(request.url?.split('/').at(-1) ?? '')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (connectionId.startsWith('gone')) {
        response.writeHead(410, { 'x-amzn-errortype': 'GoneException' }).end('{}')
        return
      }
      posted.push({ connectionId, data: JSON.parse(Buffer.concat(chunks).toString()) })
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

beforeAll(async () => {
  const KeySchema = [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ]
  const AttributeDefinitions = KeySchema.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' }))
  ;[stores, gateway] = await Promise.all([
    createTestContext({ tables: { main: { KeySchema, AttributeDefinitions } } }),
    startGateway(),
  ])
  Object.assign(process.env, environmentOf(stores.address), {
    SOCKET_ENDPOINT: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/live`,
  })
  const quiet = (): void => {}
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  ctx = { clock: systemClock, log, main: makeTable(stores.dynamodb, stores.tables.main ?? '') }
  posted = []
})

afterAll(async () => {
  await stores?.cleanup()
  gateway?.close()
})

const actor = (tenantId: string, changes: Partial<Actor> = {}): Actor => ({
  kind: 'userToken',
  tenantId,
  id: '1',
  capabilities: ['*'],
  ...changes,
})

const event = (tenantId: string, deviceId = 'd1'): EventRecord => ({
  id: 'evt_1',
  type: 'message.received',
  version: 1,
  at: '2026-06-21T08:15:00.000Z',
  tenantId,
  deviceId,
  data: { text: 'hi' },
})

const socketEvent = (routeKey: string, connectionId: string, body?: string) => ({
  requestContext: { routeKey, connectionId, identity: { sourceIp: '127.0.0.1' } },
  body,
})

test('an event reaches the open connections that may see it, and one that is gone is forgotten', async () => {
  await addConnection(ctx, 'all', actor('org_a'))
  await addConnection(ctx, 'mine', actor('org_a', { deviceId: 'd1' }))
  await addConnection(ctx, 'other-device', actor('org_a', { deviceId: 'd2' }))
  await addConnection(ctx, 'gone-1', actor('org_a'))
  await addConnection(ctx, 'stranger', actor('org_b'))
  await subscriber.handler(ctx, event('org_a'))
  expect(posted.map(({ connectionId }) => connectionId).sort()).toEqual(['all', 'mine'])
  expect(posted[0]?.data).toEqual({ type: 'event', event: event('org_a') })
  const left = await listConnections(ctx, 'org_a')
  expect(left.map(({ connectionId }) => connectionId).sort()).toEqual(['all', 'mine', 'other-device'])
})

test('a connection that ends is forgotten; forgetting twice is no error', async () => {
  await addConnection(ctx, 'brief', actor('org_c'))
  expect(await serveSocket(ctx, socketEvent('$disconnect', 'brief'))).toEqual({ statusCode: 200 })
  expect(await serveSocket(ctx, socketEvent('$disconnect', 'brief'))).toEqual({ statusCode: 200 })
  expect(await listConnections(ctx, 'org_c')).toEqual([])
})

test('a ping is answered', async () => {
  await serveSocket(ctx, socketEvent('$default', 'pinger', '{"action":"ping"}'))
  const pong = await waitFor('the answer', () => posted.find(({ connectionId }) => connectionId === 'pinger'))
  expect(pong.data).toEqual({ type: 'pong' })
})

test('nobody gets in without a credential, nor past CloudFront', async () => {
  const connecting = socketEvent('$connect', 'nobody')
  expect(await serveSocket(ctx, connecting, async () => true)).toEqual({ statusCode: 401 })
  expect(await serveSocket(ctx, connecting, async () => false)).toEqual({ statusCode: 403 })
})

test.each([
  ['a.b.c', 'Bearer a.b.c'],
  ['mt_secret', 'Bearer mt_secret'],
  ['ceox_secret', 'ceox_secret'],
  ['device-token', 'device-token'],
])('a token in the query (%s) is read as the header that its form belongs to', (token, authorization) => {
  const event = {
    requestContext: { routeKey: '$connect', connectionId: 'c' },
    headers: {},
    queryStringParameters: { token },
    body: null,
  }
  const request = connectRequest(event)
  expect(request.headers.authorization).toBe(authorization)
  expect(request.query.token).toBe(token)
})
