import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeCounters } from '#data/counters.ts'
import { createTenant } from '#domains/tenants/set-up.ts'
import { operation as changePassword } from '#functions/api/auth/change-password.ts'
import { operation as logIn } from '#functions/api/auth/log-in.ts'
import { operation as readMe } from '#functions/api/auth/read-me.ts'
import { operation as refresh } from '#functions/api/auth/refresh-session.ts'
import { operation as requestCode } from '#functions/api/auth/request-code.ts'
import { operation as setPassword } from '#functions/api/auth/set-password.ts'
import { operation as verifyCode } from '#functions/api/auth/verify-code.ts'
import { type DomainContext, domainContext, useAsEnvironment } from '#test/harness/context.ts'
import { at } from '#test/harness/http.ts'
import { invoker } from '#test/harness/invoke.ts'
import { codeIn, takeMails } from '#test/harness/mails.ts'

let ctx: DomainContext
let call: ReturnType<typeof invoker>
let email: string
let password: string
let made = 0
let ip = ''

beforeAll(async () => {
  ctx = await domainContext()
  await useAsEnvironment(ctx)
  call = invoker([logIn, readMe, refresh, requestCode, verifyCode, setPassword, changePassword], ctx)
})

beforeEach(async () => {
  made += 1
  ip = `10.2.0.${made}`
  const facts = { name: 'Acme', slug: `acme-${made}`, email: `Ada${made}@Example.com` }
  const owner = await createTenant(ctx, makeCounters(ctx.main), facts)
  email = owner.email.toLowerCase()
  password = owner.password
  await takeMails(ctx)
})

afterAll(() => ctx.close())

const post = (path: string, body: unknown, headers?: Record<string, string>, from = ip) =>
  call({ method: 'POST', path: `/api/v1/${path}`, body, headers, ip: from })
const ask = (address = email, from = ip) => post('auth/request-code', { email: address }, {}, from)
const verify = (code: string, address = email, from = ip) =>
  post('auth/verify-code', { email: address, code }, {}, from)
const mailedCode = async (): Promise<string> => codeIn((await takeMails(ctx)).mails[0])
const wrongFor = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
const codeOf = (answer: { body: unknown }): unknown => at(answer.body, 'error.code')

test('a code comes by mail, signs in once, and is written nowhere in clear', async () => {
  expect((await ask()).status).toBe(200)
  const { mails, messages } = await takeMails(ctx)
  expect(mails).toHaveLength(1)
  expect(mails[0]?.to.toLowerCase()).toBe(email)
  const code = codeIn(mails[0])
  expect(code).toMatch(/^\d{6}$/)
  expect(mails[0]?.subject).not.toContain(code)
  expect(messages.join()).not.toMatch(new RegExp(`${code}|${email}`, 'i'))
  const answer = await verify(code)
  expect(answer.status, answer.text).toBe(200)
  expect(String(at(answer.body, 'data.user.email')).toLowerCase()).toBe(email)
  expect((await call({ method: 'GET', path: '/api/v1/auth/me', headers: bearer(answer.body) })).status).toBe(200)
  const again = await verify(code)
  expect([again.status, codeOf(again)]).toEqual([401, 'code_expired'])
})

const bearer = (body: unknown) => ({ authorization: `Bearer ${at(body, 'data.tokens.accessToken')}` })

test('a code ends after ten minutes', async () => {
  await ask()
  const code = await mailedCode()
  ctx.clock.advance(10 * 60_000)
  const answer = await verify(code)
  expect([answer.status, codeOf(answer)]).toEqual([401, 'code_expired'])
})

test('five tries, also when they come at once; then even the right code is refused', async () => {
  await ask()
  const code = await mailedCode()
  const guesses = await Promise.all(Array.from({ length: 8 }, () => verify(wrongFor(code))))
  expect(guesses.map((guess) => guess.status).sort()).toEqual([400, 400, 400, 400, 400, 429, 429, 429])
  const late = await verify(code)
  expect([late.status, codeOf(late)]).toEqual([429, 'too_many_attempts'])
})

test('a new code ends the one before', async () => {
  await ask()
  const first = await mailedCode()
  ctx.clock.advance(61_000)
  await ask()
  const second = await mailedCode()
  if (first !== second) expect((await verify(first)).status).toBe(400)
  expect((await verify(second)).status).toBe(200)
})

test('once a minute and five times an hour per address, for known and unknown ones alike', async () => {
  for (const address of [email, `nobody${made}@example.com`]) {
    expect((await ask(address)).status).toBe(200)
    const soon = await ask(address)
    expect([soon.status, codeOf(soon), soon.headers['retry-after']]).toEqual([429, 'rate_limited', '60'])
    for (let n = 0; n < 4; n += 1) {
      ctx.clock.advance(60_000)
      expect((await ask(address)).status).toBe(200)
    }
    ctx.clock.advance(60_000)
    const sixth = await ask(address)
    expect([sixth.status, sixth.headers['retry-after']]).toEqual([429, String(3600 - 300)])
    ctx.clock.advance(3_300_000)
    expect((await ask(address)).status).toBe(200)
  }
})

test('requests at the same moment are counted one by one', async () => {
  const statuses = (await Promise.all(Array.from({ length: 4 }, () => ask()))).map(({ status }) => status)
  expect(statuses.sort()).toEqual([200, 429, 429, 429])
})

test('thirty times an hour per IP address', async () => {
  for (let n = 0; n < 30; n += 1) expect((await ask(`a${n}@example.com`, '10.9.9.9')).status).toBe(200)
  const answer = await ask('b@example.com', '10.9.9.9')
  expect([answer.status, codeOf(answer)]).toEqual([429, 'rate_limited'])
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(3000)
  expect((await ask('b@example.com', '10.9.9.8')).status).toBe(200)
})

test('nothing tells whether an address is known: answers, message on the queue, wrong codes, steps to the store', async () => {
  const nobody = `nobody-${made}@example.com`
  const counted = async (work: () => Promise<{ status: number; body: unknown }>) => {
    let calls = 0
    const { send } = ctx.stores.dynamodb
    ctx.stores.dynamodb.send = ((...args: Parameters<typeof send>) => {
      calls += 1
      return Reflect.apply(send, ctx.stores.dynamodb, args)
    }) as typeof send
    const { status, body } = await work()
    ctx.stores.dynamodb.send = send
    return { status, code: at(body, 'error.code'), message: at(body, 'error.message'), sent: at(body, 'data'), calls }
  }
  for (const work of [ask, (address: string) => verify('abcdef', address)]) {
    const [known, unknown] = [await counted(() => work(email)), await counted(() => work(nobody))]
    expect(unknown).toEqual(known)
  }
  const { mails, messages } = await takeMails(ctx)
  expect(mails).toHaveLength(1)
  expect(new Set(messages.map((message) => message.length)).size).toBe(1)
  expect(messages).toHaveLength(2)
  for (const address of ['never-asked@example.com', `Other${made}@example.com`]) {
    const answer = await verify('000000', address)
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_code'])
  }
})

test('a forgotten password is replaced after a sign-in by code; all other sign-ins end, and the user is told', async () => {
  const other = await post('auth/login', { email, password })
  await ask()
  const fresh = await verify(await mailedCode())
  const set = (body: unknown) => post('auth/set-password', body, bearer(fresh.body))
  const me = (body: unknown) => call({ method: 'GET', path: '/api/v1/auth/me', headers: bearer(body) })
  expect(codeOf(await set({ password: 'short' }))).toBe('validation_failed')
  expect(codeOf(await set({ password: 'Password123' }))).toBe('weak_password')
  expect(codeOf(await set({ password: email }))).toBe('weak_password')
  expect((await me(other.body)).status).toBe(200)
  const answer = await set({ password: 'correct horse battery' })
  expect(answer.status, answer.text).toBe(200)
  expect([(await me(other.body)).status, (await me(fresh.body)).status]).toEqual([401, 200])
  expect((await takeMails(ctx)).mails.map(({ subject }) => subject)).toEqual(['Your password was changed'])
  expect((await post('auth/login', { email, password })).status).toBe(401)
  expect((await post('auth/login', { email, password: 'correct horse battery' })).status).toBe(200)
})

test('fifteen minutes after the sign-in the present password is needed', async () => {
  const session = await post('auth/login', { email, password })
  ctx.clock.advance(16 * 60_000)
  const renewed = await post('auth/refresh', { refreshToken: at(session.body, 'data.tokens.refreshToken') })
  const headers = { authorization: `Bearer ${at(renewed.body, 'data.accessToken')}` }
  const set = (body: object) => post('auth/set-password', { password: 'correct horse battery', ...body }, headers)
  const without = await set({})
  expect([without.status, codeOf(without)]).toEqual([403, 'current_password_required'])
  expect((await set({ currentPassword: 'wrong' })).status).toBe(401)
  await ask()
  const code = await mailedCode()
  expect((await set({ currentPassword: password })).status).toBe(200)
  expect((await verify(code)).status, 'a live code ends with the password').toBe(400)
})
