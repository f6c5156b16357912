import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { createTenant } from '#domains/tenants/set-up.ts'
import { operation as changePassword } from '#functions/api/auth/change-password.ts'
import { operation as changeProfile } from '#functions/api/auth/change-profile.ts'
import { operation as logIn } from '#functions/api/auth/log-in.ts'
import { operation as logOut } from '#functions/api/auth/log-out.ts'
import { operation as readMe } from '#functions/api/auth/read-me.ts'
import { operation as readProfile } from '#functions/api/auth/read-profile.ts'
import { operation as refresh } from '#functions/api/auth/refresh-session.ts'
import { operation as setPassword } from '#functions/api/auth/set-password.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { at } from '#test/harness/http.ts'
import { type Invoked, invoker } from '#test/harness/invoke.ts'
import { takeMails } from '#test/harness/mails.ts'

let ctx: DomainContext
let call: ReturnType<typeof invoker>
let password: string
const email = 'ada@example.com'

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
  process.env.PUBLIC_URL = 'https://inbox.example.com'
  const operations = [logIn, logOut, refresh, readMe, setPassword, changePassword, readProfile, changeProfile]
  call = invoker(operations, ctx)
  password = (await createTenant(ctx, makeCounters(ctx.main), { name: 'Acme', slug: 'acme', email })).password
})

afterAll(() => {
  delete process.env.PUBLIC_URL
  return ctx.close()
})

type Tokens = { accessToken: string; refreshToken: string }
const tokensOf = (answer: Invoked): Tokens => at(answer.body, 'data.tokens') as Tokens
const post = (path: string, body: unknown, headers: Record<string, string> = {}, ip = '10.3.0.1') =>
  call({ method: 'POST', path: `/api/v1/${path}`, body, headers, ip })
const login = async (more: object = {}, headers = {}) => post('auth/login', { email, password, ...more }, headers)
const me = (accessToken: string) =>
  call({ method: 'GET', path: '/api/v1/auth/me', headers: { authorization: `Bearer ${accessToken}` } })
const renew = (refreshToken: string) => post('auth/refresh', { refreshToken })
const as = ({ accessToken }: Tokens) => ({ authorization: `Bearer ${accessToken}` })
const errorOf = (answer: Invoked): unknown => at(answer.body, 'error.code')

test('a changed password ends every other sign-in at once, access and refresh; the one it was changed in goes on', async () => {
  const [own, other] = [tokensOf(await login()), tokensOf(await login())]
  const change = (currentPassword: string) =>
    post('profile/change-password', { currentPassword, newPassword: 'correct horse battery' }, as(own))
  expect(errorOf(await change('wrong'))).toBe('invalid_credentials')
  expect((await me(other.accessToken)).status).toBe(200)
  expect((await change(password)).status).toBe(200)
  password = 'correct horse battery'
  expect([(await me(other.accessToken)).status, (await renew(other.refreshToken)).status]).toEqual([401, 401])
  expect((await me(own.accessToken)).status).toBe(200)
  const next = at((await renew(own.refreshToken)).body, 'data') as Tokens
  expect((await me(next.accessToken)).status).toBe(200)
  const later = tokensOf(await login())
  const again = { currentPassword: password, newPassword: 'another long sentence' }
  expect((await post('profile/change-password', again, as(later))).status).toBe(200)
  password = again.newPassword
  expect([(await me(next.accessToken)).status, (await renew(next.refreshToken)).status]).toEqual([401, 401])
  const { mails } = await takeMails(ctx)
  expect(mails.map(({ subject }) => subject)).toEqual(['Your password was changed', 'Your password was changed'])
})

test('guesses of the present password wait as guesses of a login do', async () => {
  const own = tokensOf(await login())
  const guess = () => post('profile/change-password', { currentPassword: 'x', newPassword: 'long enough now' }, as(own))
  const statuses: number[] = []
  for (let n = 0; n < 5; n += 1) statuses.push((await guess()).status)
  expect(statuses).toEqual([401, 401, 401, 401, 429])
  expect((await me(own.accessToken)).status).toBe(200)
  ctx.clock.advance(300_000)
})

test('the user is told by mail, once, when a rotated token comes again; access tokens of the sign-in end as well', async () => {
  const first = tokensOf(await login())
  const next = at((await renew(first.refreshToken)).body, 'data') as Tokens
  ctx.clock.advance(30_000)
  expect(errorOf(await renew(first.refreshToken))).toBe('refresh_reuse_detected')
  expect(errorOf(await renew(first.refreshToken))).toBe('invalid_refresh_token')
  expect((await me(next.accessToken)).status).toBe(401)
  expect((await takeMails(ctx)).mails.map(({ subject }) => subject)).toEqual(['A sign-in was ended'])
})

test('a logout ends its sign-in at once and no other; what is unknown is answered the same', async () => {
  const [own, other] = [tokensOf(await login()), tokensOf(await login())]
  const out = await post('auth/logout', { refreshToken: own.refreshToken })
  expect([out.status, out.headers['set-cookie']]).toEqual([200, expect.stringContaining('sb_refresh=; Max-Age=0')])
  expect([(await me(own.accessToken)).status, (await renew(own.refreshToken)).status]).toEqual([401, 401])
  expect([(await me(other.accessToken)).status, (await renew(other.refreshToken)).status]).toEqual([200, 200])
  expect((await post('auth/logout', { refreshToken: 'unknown' })).body).toEqual(out.body)
  expect((await post('auth/logout', {})).body).toEqual(out.body)
})

const origin = 'https://inbox.example.com'
const cookieOf = (answer: Invoked): string => (answer.headers['set-cookie'] ?? '').split(';')[0] ?? ''

test('with a cookie, no script sees the refresh token; refresh and logout take it from pages of this host only', async () => {
  const plain = await login()
  expect(plain.headers['set-cookie']).toBeUndefined()
  const signedIn = await login({ cookie: true }, { origin })
  expect(signedIn.headers['set-cookie']).toMatch(
    /^sb_refresh=[\w-]{43}; Max-Age=2592000; Path=\/api\/v1\/auth; HttpOnly; SameSite=Strict; Secure$/,
  )
  expect(tokensOf(signedIn).refreshToken).toBe('')
  const cookie = `theme=dark; ${cookieOf(signedIn)}`
  const foreign = ['https://evil.example', 'http://inbox.example.com', 'https://other.inbox.example.com', 'null', '']
  for (const from of foreign) {
    expect((await post('auth/refresh', {}, { cookie, origin: from })).status, from).toBe(403)
    expect((await post('auth/logout', {}, { cookie, origin: from })).status, from).toBe(403)
  }
  expect((await post('auth/refresh', {}, { cookie })).status).toBe(403)
  expect((await login({ cookie: true }, { origin: 'https://evil.example' })).status).toBe(403)
  const renewed = await post('auth/refresh', {}, { cookie, origin })
  expect([renewed.status, at(renewed.body, 'data.refreshToken')]).toEqual([200, ''])
  expect(cookieOf(renewed)).not.toBe(cookieOf(signedIn))
  expect((await me(String(at(renewed.body, 'data.accessToken')))).status).toBe(200)
  const out = await post('auth/logout', {}, { cookie: cookieOf(renewed), origin })
  expect(out.headers['set-cookie']).toContain('Max-Age=0')
  expect((await post('auth/refresh', {}, { cookie: cookieOf(renewed), origin })).status).toBe(401)
})

test('without token and cookie the missing field is named', async () => {
  const answer = await post('auth/refresh', {}, { origin })
  expect([answer.status, at(answer.body, 'error.details.0.path')]).toEqual([400, 'refreshToken'])
})

test('on the laptop stack, which is plain http, the cookie is not Secure and every loopback name is this host', async () => {
  process.env.PUBLIC_URL = 'https://localhost:8080'
  try {
    const signedIn = await login({ cookie: true }, { origin: 'http://127.0.0.1:8080' })
    expect(signedIn.headers['set-cookie']).toMatch(/SameSite=Strict$/)
    const cookie = cookieOf(signedIn)
    expect((await post('auth/refresh', {}, { cookie, origin: 'http://localhost:9090' })).status).toBe(403)
    expect((await post('auth/refresh', {}, { cookie, origin: 'http://localhost:8080' })).status).toBe(200)
  } finally {
    process.env.PUBLIC_URL = origin
  }
})

test('users read and change their own profile', async () => {
  const own = tokensOf(await login())
  const path = '/api/v1/profile'
  const change = (body: unknown) => call({ method: 'PATCH', path, body, headers: as(own) })
  const refused = await change({ name: ' ', timezone: 'Mars/Base', locale: 'fr' })
  expect((at(refused.body, 'error.details') as { path: string }[]).map(({ path }) => path)).toEqual([
    'name',
    'timezone',
    'locale',
  ])
  const changed = await change({ name: 'Ada', timezone: 'Europe/Madrid', locale: 'es' })
  expect(changed.status, changed.text).toBe(200)
  const read = await call({ method: 'GET', path, headers: as(own) })
  expect(at(read.body, 'data')).toMatchObject({ name: 'Ada', timezone: 'Europe/Madrid', hasPassword: true, email })
  const secret = { currentPassword: password, newPassword: 'frase muy larga y propia' }
  expect((await post('profile/change-password', secret, as(own))).status).toBe(200)
  expect((await takeMails(ctx)).mails.map(({ subject }) => subject)).toEqual(['Tu contraseña ha cambiado'])
})
