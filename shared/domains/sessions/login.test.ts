import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { createTenant } from '#domains/tenants/set-up.ts'
import { operation as logIn } from '#functions/api/auth/log-in.ts'
import { operation as readMe } from '#functions/api/auth/read-me.ts'
import { operation as refresh } from '#functions/api/auth/refresh-session.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { at } from '#test/harness/http.ts'
import { invoker } from '#test/harness/invoke.ts'
import { waitSeconds } from './throttle.ts'

let ctx: DomainContext
let call: ReturnType<typeof invoker>
let owner: { tenantId: string; email: string; password: string }

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
  call = invoker([logIn, refresh, readMe], ctx)
  owner = await createTenant(ctx, makeCounters(ctx.main), { name: 'Acme', slug: 'acme', email: 'Ada@Example.com' })
})

afterAll(() => ctx.close())

const login = (body: unknown, ip = '10.0.0.1') => call({ method: 'POST', path: '/api/v1/auth/login', body, ip })
const renew = (refreshToken: string) => call({ method: 'POST', path: '/api/v1/auth/refresh', body: { refreshToken } })
const me = (token: string) =>
  call({ method: 'GET', path: '/api/v1/auth/me', headers: { Authorization: `Bearer ${token}` } })

test('the right password opens a session that says who is logged in', async () => {
  const answer = await login({ email: 'ada@example.COM', password: owner.password })
  expect(answer.status, answer.text).toBe(200)
  expect(at(answer.body, 'data.user.role')).toBe('ADMIN')
  const seen = await me(String(at(answer.body, 'data.tokens.accessToken')))
  expect(seen.status).toBe(200)
  expect(at(seen.body, 'data.user.email')).toBe('Ada@Example.com')
  expect(at(seen.body, 'data.capabilities')).toContain('team.manage')
})

test('an unknown address and a wrong password are told in the same words', async () => {
  const [unknown, wrong] = [
    await login({ email: 'nobody@example.com', password: 'x' }, '10.0.0.2'),
    await login({ email: 'ada@example.com', password: 'x' }, '10.0.0.2'),
  ]
  expect(unknown.status).toBe(401)
  expect(at(wrong.body, 'error')).toEqual(at(unknown.body, 'error'))
})

test('every broken field is named at once', async () => {
  const answer = await login({ email: 'no-address' })
  expect(answer.status).toBe(400)
  expect((at(answer.body, 'error.details') as { path: string }[]).map(({ path }) => path)).toEqual([
    'email',
    'password',
  ])
})

test('an account waits longer with each failure from the fourth on, and is told for how long', async () => {
  expect([3, 4, 5, 6, 20].map(waitSeconds)).toEqual([0, 1, 2, 4, 300])
  for (let n = 0; n < 4; n += 1) await login({ email: 'eve@example.com', password: 'x' }, '10.0.0.3')
  const blocked = await login({ email: 'eve@example.com', password: 'x' }, '10.0.0.3')
  expect(blocked.status).toBe(429)
  expect(blocked.headers['retry-after']).toBe('1')
  ctx.clock.advance(1500)
  expect((await login({ email: 'eve@example.com', password: 'x' }, '10.0.0.3')).status).toBe(401)
})

test('guesses sent at the same moment are counted one by one', async () => {
  const guesses = Array.from({ length: 8 }, () => login({ email: 'mia@example.com', password: 'x' }, '10.0.0.4'))
  const statuses = (await Promise.all(guesses)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(4)
  expect(statuses.filter((status) => status === 429)).toHaveLength(4)
})

test('an address has fifty failures an hour over all accounts; what succeeds does not count', async () => {
  const guess = (n: number) => login({ email: `user${n}@example.com`, password: 'x' }, '10.0.0.5')
  for (let n = 0; n < 50; n += 10) await Promise.all(Array.from({ length: 10 }, (_, at) => guess(n + at)))
  const stopped = await guess(51)
  expect(stopped.status).toBe(429)
  expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(0)
  const right = { email: 'ada@example.com', password: owner.password }
  expect((await login(right, '10.0.0.6')).status).toBe(200)
})

test('a refresh token works once; two tabs get the same successor; a later reuse ends the family', async () => {
  const first = String(
    at((await login({ email: 'ada@example.com', password: owner.password })).body, 'data.tokens.refreshToken'),
  )
  const [a, b] = await Promise.all([renew(first), renew(first)])
  expect(a.status, a.text).toBe(200)
  expect(b.status, b.text).toBe(200)
  const next = String(at((await renew(first)).body, 'data.refreshToken'))
  ctx.clock.advance(30_000)
  const reused = await renew(first)
  expect(reused.status).toBe(401)
  expect(at(reused.body, 'error.code')).toBe('refresh_reuse_detected')
  expect((await renew(next)).status).toBe(401)
})

test('a removed or changed user’s tokens end at once; a store that fails ends nobody’s session', async () => {
  const right = { email: 'ada@example.com', password: owner.password }
  const tokens = at((await login(right, '10.0.0.7')).body, 'data.tokens') as Record<string, string>
  const user = { pk: `O#${owner.tenantId}`, sk: 'U#0000000001' }
  const { get } = ctx.main
  ctx.main.get = async () => {
    throw new Error('the store does not answer')
  }
  const [broken, failedRenewal] = [await me(tokens.accessToken ?? ''), await renew(tokens.refreshToken ?? '')]
  ctx.main.get = get
  expect([broken.status, failedRenewal.status]).toEqual([500, 500])
  expect((await me(tokens.accessToken ?? '')).status).toBe(200)
  await ctx.main.update(user, { add: { tokenVersion: 1 } })
  expect((await me(tokens.accessToken ?? '')).status).toBe(401)
  expect((await renew(tokens.refreshToken ?? '')).status).toBe(401)
  const anew = at((await login(right, '10.0.0.7')).body, 'data.tokens') as Record<string, string>
  expect((await renew(anew.refreshToken ?? '')).status).toBe(200)
  await ctx.main.update(user, { set: { state: 'DEACTIVATED' } })
  expect((await renew(anew.refreshToken ?? '')).status).toBe(401)
  expect((await renew(tokens.refreshToken ?? '')).status).toBe(401)
  expect((await login(right, '10.0.0.7')).status).toBe(401)
  await ctx.main.update(user, { set: { state: 'ACTIVE' } })
})

test('an access token ends after its fifteen minutes, and a foreign one is worth nothing', async () => {
  const token = String(
    at((await login({ email: 'ada@example.com', password: owner.password })).body, 'data.tokens.accessToken'),
  )
  expect((await me(token)).status).toBe(200)
  ctx.clock.advance(16 * 60_000)
  expect((await me(token)).status).toBe(401)
  expect((await me(`${token.slice(0, -4)}AAAA`)).status).toBe(401)
})
