import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { ApiError } from './api-error.ts'

type Handler = (path: string, init: RequestInit) => Response | Promise<Response>

const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status })
const tokens = (accessToken: string, expiresIn = 900) => ({
  accessToken,
  refreshToken: '',
  tokenType: 'Bearer',
  expiresIn,
})
const refreshed = (name: string, expiresIn?: number): Response => json(200, { data: tokens(name, expiresIn) })

let asked: string[]
let handler: Handler
let stored: Map<string, string>

/** A fresh page: modules with nothing remembered, in a browser that does what they need of one. */
const openPage = async () => {
  vi.resetModules()
  const session = await import('./session.ts')
  const api = await import('./api.ts')
  return { ...session, ...api }
}

beforeEach(() => {
  asked = []
  stored = new Map([['switchboard.session', '1']])
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  })
  vi.stubGlobal('navigator', { locks: { request: (_: string, work: () => unknown) => Promise.resolve().then(work) } })
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const bearer = new Headers(init.headers).get('authorization')
    asked.push(`${init.method} ${path}${bearer ? ` ${bearer}` : ''}`)
    return handler(path, init)
  })
})

const isRefresh = (path: string): boolean => path === '/api/v1/auth/refresh'

describe('the session', () => {
  test('is not asked about in a browser that never had one', async () => {
    stored.clear()
    const { restoreSession, sessionStore } = await openPage()
    await restoreSession()
    expect([asked, sessionStore.get()]).toEqual([[], { status: 'out', ended: false }])
  })

  test('is restored by the cookie, and its token is used until it is about to end', async () => {
    handler = (path) => (isRefresh(path) ? refreshed('t1') : json(200, { data: 1 }))
    const { restoreSession, sessionStore, signedRequest } = await openPage()
    await restoreSession()
    expect(sessionStore.get()).toEqual({ status: 'in' })
    await signedRequest({ method: 'GET', path: '/x' })
    await signedRequest({ method: 'GET', path: '/y' })
    expect(asked).toEqual(['POST /api/v1/auth/refresh', 'GET /x Bearer t1', 'GET /y Bearer t1'])
    expect([...stored.values()]).toEqual(['1'])
  })

  test('is renewed once for requests that find it ended at the same moment, and each is repeated', async () => {
    let round = 0
    handler = (path, init) => {
      if (isRefresh(path)) return refreshed(`t${++round}`)
      const isOld = new Headers(init.headers).get('authorization') === 'Bearer t1'
      return isOld ? json(401, { error: 'unauthorized', code: 'unauthenticated' }) : json(200, path)
    }
    const { restoreSession, signedRequest } = await openPage()
    await restoreSession()
    const answers = await Promise.all(['/a', '/b', '/c'].map((path) => signedRequest({ method: 'GET', path })))
    expect(answers).toEqual(['/a', '/b', '/c'])
    expect(asked.filter((line) => line.includes('refresh'))).toHaveLength(2)
  })

  test('ends when the server says so, and that it ended by itself is known', async () => {
    let ended = false
    handler = (path) => {
      if (!isRefresh(path)) return json(401, { error: { code: 'unauthenticated', message: 'unauthorized' } })
      return ended ? json(401, { error: { code: 'invalid_refresh_token', message: 'x' } }) : refreshed('t1')
    }
    const { restoreSession, sessionStore, signedRequest } = await openPage()
    await restoreSession()
    ended = true
    await expect(signedRequest({ method: 'GET', path: '/x' })).rejects.toMatchObject({ code: 'invalid_refresh_token' })
    expect([sessionStore.get(), stored.size]).toEqual([{ status: 'out', ended: true }, 0])
  })

  test('does not end because the server is busy or away', async () => {
    handler = () => json(503, { error: { code: 'try_again', message: 'busy' } })
    const { restoreSession, sessionStore } = await openPage()
    await expect(restoreSession()).rejects.toMatchObject({ status: 503 })
    handler = () => Promise.reject(new TypeError('Failed to fetch'))
    await expect(restoreSession()).rejects.toMatchObject({ status: 0, code: 'network' })
    expect([sessionStore.get(), stored.size]).toEqual([{ status: 'unknown' }, 1])
  })

  test('stays ended when an answer to an older question comes after the sign-out', async () => {
    let answer = (_: Response): void => undefined
    handler = (path) => (isRefresh(path) ? new Promise((resolve) => (answer = resolve)) : json(200, {}))
    const { restoreSession, endSession, sessionStore } = await openPage()
    const restoring = restoreSession()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    await endSession()
    answer(refreshed('late'))
    await restoring
    expect([sessionStore.get(), stored.size]).toEqual([{ status: 'out', ended: false }, 0])
  })
})

describe('a call', () => {
  test('fills in path and query, sends the key of a repetition, and takes the envelope off', async () => {
    handler = (path, init) =>
      isRefresh(path) ? refreshed('t') : json(200, { data: new Headers(init.headers).get('idempotency-key') })
    const { endpoint } = await openPage()
    const call = endpoint('own POST /things/{id}/copy') as unknown as (given: unknown) => Promise<unknown>
    const answer = await call({
      params: { id: 'a/b' },
      query: { q: 'x y', none: undefined },
      body: {},
      idempotencyKey: 'k1',
    })
    expect([answer, asked.at(-1)]).toEqual(['k1', 'POST /things/a%2Fb/copy?q=x+y Bearer t'])
  })

  test('fails with code, fields and pause, whichever form the failure has', async () => {
    const { request } = await import('./request.ts')
    const details = [{ path: 'body.name', message: 'is required' }]
    const forms: unknown[] = [{ error: { code: 'c', message: 'm', details } }, { error: 'm', code: 'c', details }]
    for (const form of forms) {
      handler = () => new Response(JSON.stringify(form), { status: 429, headers: { 'retry-after': '7' } })
      const error = await request({ method: 'GET', path: '/x' }).catch((reason: ApiError) => reason)
      expect(error).toMatchObject({ code: 'c', message: 'm', status: 429, retryAfterSeconds: 7 })
      expect((error as ApiError).field('name')).toBe('is required')
    }
    handler = () => new Response('<html>bad gateway</html>', { status: 502 })
    await expect(request({ method: 'GET', path: '/x' })).rejects.toMatchObject({ code: 'http_502', status: 502 })
  })
})
