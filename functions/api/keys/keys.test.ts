import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { createTenant, type FirstCredentials } from '#domains/tenants/set-up.ts'
import { operation as logIn } from '#functions/api/auth/log-in.ts'
import { operation as listContacts } from '#functions/api/contact/list-contacts.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { at } from '#test/harness/http.ts'
import { type Invoked, invoker } from '#test/harness/invoke.ts'
import { operation as changeKey } from './change-key.ts'
import { operation as createKey } from './create-key.ts'
import { operation as deleteKey } from './delete-key.ts'
import { operation as listKeys } from './list-keys.ts'

type Owner = { tenantId: string; headers: { authorization: string } } & FirstCredentials
let ctx: DomainContext
let call: ReturnType<typeof invoker>
let ann: Owner
let bob: Owner

const PATH = '/api/v1/api-keys'

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
  call = invoker([logIn, listKeys, createKey, changeKey, deleteKey, listContacts], ctx)
  const [first, second] = [await owner('ann'), await owner('bob')]
  ann = first
  bob = second
})

afterAll(() => ctx.close())

const owner = async (slug: string): Promise<Owner> => {
  const made = await createTenant(ctx, makeCounters(ctx.main), { name: slug, slug, email: `${slug}@example.com` })
  const body = { email: made.email, password: made.password }
  const session = await call({ method: 'POST', path: '/api/v1/auth/login', body })
  return { ...made, headers: { authorization: `Bearer ${at(session.body, 'data.tokens.accessToken')}` } }
}

const make = async (body: object = {}, by = ann): Promise<{ id: string; key: string; answer: Invoked }> => {
  const answer = await call({ method: 'POST', path: PATH, body, headers: by.headers })
  return { id: String(at(answer.body, 'data.apiKey.id')), key: String(at(answer.body, 'data.key')), answer }
}
const change = (id: string, body: object, headers: Record<string, string> = ann.headers) =>
  call({ method: 'PATCH', path: `${PATH}/${id}`, body, headers })
const remove = (id: string, headers: Record<string, string> = ann.headers) =>
  call({ method: 'DELETE', path: `${PATH}/${id}`, headers })
const list = async (by = ann) =>
  at((await call({ method: 'GET', path: PATH, headers: by.headers })).body, 'data') as Record<string, unknown>[]
const use = async (key: string, ip = '10.4.0.1') => {
  const ask = (authorization: string) =>
    call({ method: 'GET', path: '/api/v1/contacts', headers: { authorization }, ip })
  return [(await ask(key)).status, (await ask(`Bearer ${key}`)).status]
}
const entry = async (id: string) => (await list()).find((key) => key.id === id)

test('a key is shown once, works as CEOX and as CX send it, and is stored as a hash', async () => {
  const { id, key, answer } = await make({ name: 'Shop' })
  expect(answer.status, answer.text).toBe(201)
  expect(key).toMatch(/^ceox_[0-9A-Za-z]{43}$/)
  expect(await use(key)).toEqual([200, 200])
  expect(await entry(id)).toMatchObject({
    name: 'Shop',
    prefix: key.slice(0, 8),
    lastFour: key.slice(-4),
    enabled: true,
    expiresAt: null,
    createdBy: { name: 'Owner' },
  })
  const listed = JSON.stringify(await list())
  expect(listed).not.toContain(key)
  const { items } = await ctx.main.query({ pk: `O#${ann.tenantId}`, prefix: 'AK#' })
  expect(JSON.stringify(items)).not.toContain(key)
})

test('the key that an organisation begins with can be managed like every other', async () => {
  const [first] = (await list(bob)).filter(({ name }) => name === 'first')
  expect(first?.lastFour).toBe(bob.apiKey.slice(-4))
  expect(await use(bob.apiKey)).toEqual([200, 200])
  expect((await remove(String(first?.id), bob.headers)).status).toBe(200)
  expect(await use(bob.apiKey)).toEqual([401, 401])
})

test('switched off, over or deleted, a key is refused from the next request on', async () => {
  const { id, key } = await make()
  expect((await change(id, { enabled: false })).status).toBe(200)
  expect(await use(key)).toEqual([401, 401])
  expect((await change(id, { enabled: true })).status).toBe(200)
  expect(await use(key)).toEqual([200, 200])
  const soon = new Date(ctx.clock.nowMs() + 60_000).toISOString()
  expect(at((await change(id, { expiresAt: soon })).body, 'data.expiresAt')).toBe(soon)
  ctx.clock.advance(60_001)
  expect(await use(key)).toEqual([401, 401])
  expect(at((await change(id, { expiresAt: null })).body, 'data.expiresAt')).toBeNull()
  expect(await use(key)).toEqual([200, 200])
  expect((await remove(id)).body).toMatchObject({ data: { id, deleted: true } })
  expect(await use(key)).toEqual([401, 401])
  expect(await entry(id)).toBeUndefined()
  expect([(await remove(id)).status, (await change(id, { enabled: true })).status]).toEqual([404, 404])
})

test('the last use is noted once a minute, with its address', async () => {
  const { id, key } = await make()
  expect((await entry(id))?.lastUsedAt).toBeNull()
  const firstMs = ctx.clock.nowMs()
  await use(key, '203.0.113.5')
  expect(await entry(id)).toMatchObject({ lastUsedAt: new Date(firstMs).toISOString(), lastUsedIp: '203.0.113.5' })
  ctx.clock.advance(59_000)
  await use(key, '203.0.113.6')
  expect((await entry(id))?.lastUsedIp).toBe('203.0.113.5')
  ctx.clock.advance(1_000)
  await use(key, '203.0.113.6')
  expect((await entry(id))?.lastUsedIp).toBe('203.0.113.6')
})

test('a key does what it was given, never more than its maker may, and makes no keys', async () => {
  const usual = await make()
  const granted = at(usual.answer.body, 'data.apiKey.capabilities') as string[]
  expect(granted).toContain('chats.send')
  expect(granted).not.toContain('keys.manage')
  expect(granted).not.toContain('billing.manage')
  const manager = await make({ capabilities: ['keys.manage'] })
  const asManager = { authorization: `Bearer ${manager.key}` }
  const asUsual = { authorization: `Bearer ${usual.key}` }
  expect((await call({ method: 'GET', path: PATH, headers: asUsual })).status).toBe(403)
  expect((await call({ method: 'GET', path: PATH, headers: asManager })).status).toBe(200)
  expect((await call({ method: 'POST', path: PATH, body: {}, headers: asManager })).status).toBe(403)
  const more = await change(manager.id, { capabilities: ['keys.manage', 'team.manage'] }, asManager)
  expect([more.status, at(more.body, 'error.code')]).toEqual([403, 'capability_not_held'])
  expect((await change(usual.id, { capabilities: ['chats.send'] }, asManager)).status).toBe(200)
  const unknown = await make({ capabilities: ['everything'] })
  expect([unknown.answer.status, at(unknown.answer.body, 'error.details.0.path')]).toEqual([400, 'capabilities'])
})

test('an expiry lies ahead, two years at most', async () => {
  for (const days of [-1, 800]) {
    const expiresAt = new Date(ctx.clock.nowMs() + days * 86_400_000).toISOString()
    const { answer } = await make({ expiresAt })
    expect([answer.status, at(answer.body, 'error.details.0.path')]).toEqual([400, 'expiresAt'])
  }
})

test('another organisation’s key does not exist', async () => {
  const { id, key } = await make()
  expect((await change(id, { enabled: false }, bob.headers)).status).toBe(404)
  expect((await remove(id, bob.headers)).status).toBe(404)
  expect((await list(bob)).map((one) => one.id)).not.toContain(id)
  expect(await use(key)).toEqual([200, 200])
})

test('a repeated creation with the same Idempotency-Key answers the same key', async () => {
  const headers = { ...ann.headers, 'idempotency-key': 'once' }
  const ask = () => call({ method: 'POST', path: PATH, body: { name: 'Once' }, headers })
  const [first, second] = [await ask(), await ask()]
  expect(second.body).toEqual(first.body)
  expect((await list()).filter(({ name }) => name === 'Once')).toHaveLength(1)
})
