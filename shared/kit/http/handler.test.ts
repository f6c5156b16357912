import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { makeCounters } from '#data/counters.ts'
import { storeCredential } from '#domains/credentials/repo.ts'
import { requireClient } from '#domains/guide/clients.ts'
import { createToken } from '#domains/guide/tokens.ts'
import { createTenant, type FirstCredentials } from '#domains/tenants/set-up.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { at } from '#test/harness/http.ts'
import { invoker } from '#test/harness/invoke.ts'
import { signAccessToken } from '../access-token.ts'
import { answer, defineOperation, type Operation, type OperationContext } from '../define-operation.ts'
import { fail } from '../errors.ts'
import type { KnownRoute } from './routes.ts'

let ctx: DomainContext
let owner: { tenantId: string } & FirstCredentials
let call: ReturnType<typeof invoker>
let logged: Record<string, unknown>[] = []
let work: (ctx: OperationContext, text: string) => Promise<unknown>

const common = { group: 'test', summary: 'A test', output: z.unknown(), errors: [], needs: {} } as const
const read = (key: string, auth: Operation['auth'], more: Partial<Operation> = {}): Operation =>
  defineOperation({
    ...common,
    key,
    auth,
    input: {},
    handler: async ({ actor }) => ({ saw: key, as: actor.kind }),
    ...more,
  }) as Operation

const operations = [
  read('ceox GET /api/v1/things', ['apiKey', 'userToken']),
  read('cx GET /api/v1/things', ['apiKey', 'userToken']),
  read('guide GET /api/v1/things', ['matrixToken']),
  read('ceox GET /api/v1/things/{id}', ['apiKey'], {
    input: { params: z.object({ id: z.string() }) },
    handler: async (_ctx, { params }) => params,
  }),
  read('cx GET /api/v1/things/{thingId}', ['apiKey'], {
    input: { params: z.object({ thingId: z.string() }) },
    handler: async (_ctx, { params }) => params,
  }),
  read('cx GET /api/v1/things/counts', ['apiKey']),
  read('cx DELETE /api/v1/things/{id}', ['userToken'], { capability: 'settings.manage' }),
  read('digigo GET /address', ['none'], { handler: async ({ request }) => ({ ip: request.ip }), envelope: 'flat' }),
  defineOperation({
    ...common,
    key: 'cx POST /api/v1/things',
    auth: ['apiKey'],
    idempotent: true,
    status: 201,
    input: { body: z.object({ text: z.string(), nested: z.object({ n: z.number() }).optional() }) },
    handler: (context, { body }) => work(context, body.text),
  }) as Operation,
  defineOperation({
    ...common,
    key: 'cx POST /api/v1/things/{id}/copy',
    auth: ['apiKey'],
    idempotent: true,
    input: { params: z.object({ id: z.string() }) },
    handler: async (_context, { params }) => params,
  }) as Operation,
]

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
  const keep = (_message: string, fields: Record<string, unknown> = {}): void => void logged.push(fields)
  ctx.log = { debug: keep, info: keep, warn: keep, error: keep }
  owner = await createTenant(ctx, makeCounters(ctx.main), { name: 'Acme', slug: 'acme', email: 'ada@example.com' })
  call = invoker(operations, ctx)
})

beforeEach(() => {
  logged = []
  work = async (_ctx, text) => ({ text })
})

afterAll(() => ctx.close())

const raw = () => ({ Authorization: owner.apiKey })
const bearer = () => ({ Authorization: `Bearer ${owner.apiKey}` })
const userToken = async (fmt: 'cx' | 'ceox') => ({
  Authorization: `Bearer ${await signAccessToken({ userId: 1, org: owner.tenantId, fmt, sid: 's', ver: 1 }, ctx.clock.nowMs())}`,
})
const create = (body: unknown, key?: string) =>
  call({
    method: 'POST',
    path: '/api/v1/things',
    headers: { ...bearer(), ...(key !== undefined && { 'Idempotency-Key': key }) },
    body,
  })

test('where two documents share a path and a kind of credential, its form says whose client asks', async () => {
  const list = (headers: Record<string, string>) => call({ method: 'GET', path: '/api/v1/things', headers })
  expect((await list(raw())).body).toEqual({ saw: 'ceox GET /api/v1/things', as: 'apiKey' })
  expect((await list(bearer())).body).toEqual({ data: { saw: 'cx GET /api/v1/things', as: 'apiKey' } })
  expect((await list(await userToken('cx'))).body).toEqual({ data: { saw: 'cx GET /api/v1/things', as: 'userToken' } })
  expect((await list(await userToken('ceox'))).body).toEqual({ saw: 'ceox GET /api/v1/things', as: 'userToken' })
  const client = await requireClient(ctx, owner.tenantId, owner.clientId)
  const actor = { tenantId: owner.tenantId, kind: 'clientCredential', id: owner.clientId } as const
  const { secret } = await createToken(ctx, makeCounters(ctx.main), actor, client, { usesHost: false })
  expect((await list({ authorization: `Bearer ${secret}` })).body).toEqual({
    saw: 'guide GET /api/v1/things',
    as: 'matrixToken',
  })
})

test('a parameter has the name its own document gives it, and is decoded; a literal wins over a parameter', async () => {
  const get = (path: string, headers: Record<string, string>) => call({ method: 'GET', path, headers })
  expect((await get('/api/v1/things/a%40b', raw())).body).toEqual({ id: 'a@b' })
  expect((await get('/api/v1/things/100%', bearer())).body).toEqual({ data: { thingId: '100%' } })
  expect(at((await get('/api/v1/things/counts', bearer())).body, 'data.saw')).toBe('cx GET /api/v1/things/counts')
})

test('an unknown path is 404 and a wrong method 405 with the methods there are, in the form of the client', async () => {
  const unknown = await call({ method: 'GET', path: '/api/v1/nothing', headers: raw() })
  expect(unknown.status).toBe(404)
  expect(unknown.body).toMatchObject({ code: 'not_found', error: expect.stringContaining('/api/v1/nothing') })
  const wrong = await call({ method: 'PUT', path: '/api/v1/things', headers: bearer() })
  expect(wrong.status).toBe(405)
  expect(wrong.headers.allow).toBe('GET, HEAD, POST')
  expect(at(wrong.body, 'error.code')).toBe('method_not_allowed')
  expect(wrong.headers['x-request-id']).toMatch(/^req_/)
})

test('HEAD is answered as GET without a body, wherever GET is', async () => {
  const head = (path: string, headers: Record<string, string> = {}) => call({ method: 'HEAD', path, headers })
  const get = await call({ method: 'GET', path: '/address' })
  const found = await head('/address')
  expect([found.status, found.text]).toEqual([200, ''])
  expect(Object.keys(found.headers)).toEqual(Object.keys(get.headers))
  const refusals = await Promise.all([head('/api/v1/things'), head('/api/v1/nothing'), head('/api/v1/things/1/copy')])
  expect(refusals.map(({ status, text }) => [status, text])).toEqual([401, 404, 405].map((status) => [status, '']))
})

test('the handler behind all other paths answers in the form of the document that owns their beginning', async () => {
  const known: KnownRoute[] = [
    { method: 'GET', path: '/docs', system: 'own' },
    { method: 'POST', path: '/chat/send/text', system: 'digigo' },
    { method: 'GET', path: '/api/devices', system: 'manager' },
    { method: 'GET', path: '/api/v1/users/{id}', system: 'cx' },
    { method: 'GET', path: '/api/v1/users/{id}', system: 'ceox' },
    { method: 'GET', path: '/api/v1/tokens', system: 'guide' },
  ]
  const rest = invoker([], ctx, known)
  const get = async (path: string, headers = {}) => (await rest({ method: 'GET', path, headers })).body
  const nothing = (path: string): string => `There is nothing at GET ${path}.`
  expect(await get('/chat')).toEqual({ code: 404, error: nothing('/chat'), success: false })
  expect(await get('/api/nope', { apikey: 'x' })).toEqual({
    status: false,
    code: 'not_found',
    message: nothing('/api/nope'),
  })
  expect(await get('/api/v1/nope')).toMatchObject({ error: { code: 'not_found', message: nothing('/api/v1/nope') } })
  expect(await get('/api/v1/nope', raw())).toEqual({ code: 'not_found', error: nothing('/api/v1/nope') })
  expect(await get('/api/v1/nope', { authorization: 'Bearer mt_1' })).toEqual({
    code: 'not_found',
    error: nothing('/api/v1/nope'),
  })
  expect(await get('/api/v1x')).toMatchObject({ status: false })
  const wrong = await rest({ method: 'DELETE', path: '/chat/send/text' })
  expect([wrong.status, wrong.headers.allow]).toEqual([405, 'POST'])
  expect(wrong.body).toEqual({ code: 405, error: 'The path does not support this method.', success: false })
  // API Gateway tells a path with a slash at its end from one without.
  expect((await rest({ method: 'POST', path: '/chat/send/text/' })).status).toBe(404)
})

test('a request without a capability is refused, whatever else it holds', async () => {
  const key = `ceox_${'x'.repeat(43)}`
  await storeCredential(ctx, key, {
    kind: 'apiKey',
    tenantId: owner.tenantId,
    refId: 'k',
    capabilities: ['chats.send'],
  })
  const limited = invoker([read('cx GET /api/v1/secret', ['apiKey'], { capability: 'settings.manage' })], ctx)
  const ask = (secret: string) =>
    limited({ method: 'GET', path: '/api/v1/secret', headers: { Authorization: `Bearer ${secret}` } })
  expect((await ask(key)).status).toBe(403)
  expect((await ask(owner.apiKey)).status).toBe(200)
})

test('every broken field of a body is named with its path, and unknown ones are no error', async () => {
  const broken = await create({ nested: { n: 'x' }, more: 1 })
  expect(broken.status).toBe(400)
  const paths = (at(broken.body, 'error.details') as { path: string }[]).map(({ path }) => path)
  expect(paths).toEqual(['text', 'nested.n'])
  expect((await create({ text: 'x', more: 1 })).status).toBe(201)
  expect(at((await create('{"text":')).body, 'error.code')).toBe('invalid_json')
})

test('a body over the limit is refused with the way to upload it', async () => {
  const large = await create({ text: 'x'.repeat(5_800_001) })
  expect(large.status).toBe(413)
  expect(large.text).toContain('/api/v1/uploads')
})

test('a repeated key is answered with the first answer and the work is done once', async () => {
  let times = 0
  work = async (_ctx, text) => ({ text, times: ++times, secret: 'shown-once' })
  const first = await create({ text: 'a' }, 'k1')
  const again = await create({ text: 'a' }, 'k1')
  expect([first.status, again.status, times]).toEqual([201, 201, 1])
  expect(again.body).toEqual(first.body)
  expect(again.headers['idempotent-replayed']).toBe('true')
  expect(at((await create({ text: 'b' }, 'k1')).body, 'error.code')).toBe('idempotency_mismatch')
  const stored = await ctx.stores.dynamodb.send(
    new (await import('@aws-sdk/client-dynamodb')).ScanCommand({ TableName: ctx.main.name }),
  )
  expect(JSON.stringify(stored.Items)).not.toContain('shown-once')
})

test('one key names one address: the same request for another thing is refused', async () => {
  const copy = (id: string) =>
    call({ method: 'POST', path: `/api/v1/things/${id}/copy`, headers: { ...bearer(), 'Idempotency-Key': 'copy-1' } })
  expect((await copy('1')).body).toEqual({ data: { id: '1' } })
  expect((await copy('2')).status).toBe(409)
})

test('of requests with one key at the same moment one works and the others are told so', async () => {
  const held = Promise.withResolvers<void>()
  const running = Promise.withResolvers<void>()
  work = async () => {
    running.resolve()
    await held.promise
    return {}
  }
  const first = create({ text: 'a' }, 'k2')
  await running.promise
  expect(at((await create({ text: 'a' }, 'k2')).body, 'error.code')).toBe('in_progress')
  held.resolve()
  expect((await first).status).toBe(201)
})

test('after a failure on our side the key is free, and the same message id is used again', async () => {
  const ids: (string | undefined)[] = []
  work = async ({ reserved }) => {
    ids.push(reserved?.messageId)
    if (ids.length === 1) throw fail('upstream_timeout')
    return {}
  }
  expect((await create({ text: 'a' }, 'k3')).status).toBe(504)
  expect((await create({ text: 'a' }, 'k3')).status).toBe(201)
  expect(ids[0]).toMatch(/^3EB0[0-9A-F]{18}$/)
  expect(ids[1]).toBe(ids[0])
})

test('a refusal is an answer like any other: it is kept', async () => {
  let times = 0
  work = async () => {
    times += 1
    throw fail('not_on_whatsapp')
  }
  expect((await create({ text: 'a' }, 'k4')).status).toBe(400)
  expect((await create({ text: 'a' }, 'k4')).status).toBe(400)
  expect(times).toBe(1)
})

test('a request that a crashed process left behind is taken over after a minute', async () => {
  const running = Promise.withResolvers<void>()
  const crash = Promise.withResolvers<never>()
  work = () => {
    running.resolve()
    return crash.promise
  }
  const left = create({ text: 'a' }, 'k5')
  await running.promise
  expect(at((await create({ text: 'a' }, 'k5')).body, 'error.code')).toBe('in_progress')
  ctx.clock.advance(61_000)
  work = async () => ({ done: true })
  expect((await create({ text: 'a' }, 'k5')).status).toBe(201)
  // Should it be alive after all, it changes nothing any more.
  crash.reject(new Error('crashed'))
  expect((await left).status).toBe(500)
  expect((await create({ text: 'a' }, 'k5')).headers['idempotent-replayed']).toBe('true')
})

test('a key is forgotten after a day', async () => {
  expect((await create({ text: 'a' }, 'k6')).status).toBe(201)
  ctx.clock.advance(24 * 3_600_000 + 1000)
  expect((await create({ text: 'b' }, 'k6')).status).toBe(201)
})

test('what a handler throws by accident is 500 without its words, which only the log has', async () => {
  work = async () => {
    throw new Error('connection string of the store')
  }
  const broken = await create({ text: 'a' })
  expect(broken.status).toBe(500)
  expect(broken.text).not.toContain('connection string')
  expect(logged.some(({ error }) => error instanceof Error)).toBe(true)
})

test('a store that is busy is told as such, with the time to wait', async () => {
  work = async () => {
    throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' })
  }
  const busy = await create({ text: 'a' })
  expect(busy.status).toBe(503)
  expect(busy.headers['retry-after']).toBe('1')
  expect(at(busy.body, 'error.code')).toBe('try_again')
})

test('a request leaves one log line with what it was, and nothing of what it said', async () => {
  work = async () => answer({ body: {}, status: 202 })
  await create({ text: 'private words' }, 'private-key')
  expect(logged).toMatchObject([{ operation: 'cx POST /api/v1/things', status: 202, tenantId: owner.tenantId }])
  expect(JSON.stringify(logged)).not.toMatch(/private|ceox_/)
})

test('the caller is who CloudFront says called, not one of its edges', async () => {
  const ip = (headers: Record<string, string>) => call({ method: 'GET', path: '/address', headers, ip: '203.0.113.9' })
  const forwarded = { 'x-forwarded-for': '192.0.2.1, 198.51.100.7, 203.0.113.9' }
  expect((await ip(forwarded)).body).toEqual({ ip: '198.51.100.7' })
  expect((await ip({})).body).toEqual({ ip: '203.0.113.9' })
})

test('an address that keeps guessing has to wait, and is told how long; others do not', async () => {
  const guess = (n: number, ip: string) =>
    call({ method: 'GET', path: '/api/v1/things', headers: { Authorization: `ceox_${n}` }, ip })
  for (let n = 0; n < 600; n += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, at) => guess(n + at, '10.9.9.9')))
  }
  const stopped = await call({ method: 'GET', path: '/api/v1/things', headers: raw(), ip: '10.9.9.9' })
  expect(stopped.status).toBe(429)
  expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(0)
  expect((await call({ method: 'GET', path: '/api/v1/things', headers: raw(), ip: '10.9.9.8' })).status).toBe(200)
})
