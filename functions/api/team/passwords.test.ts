import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { listAudit } from '#domains/audit/log.ts'
import { addConnection, listConnections } from '#domains/deliveries/connections.ts'
import { userKey } from '#domains/users/repo.ts'
import { serveSocket } from '#functions/jobs/socket.ts'
import type { Context } from '#kit/context.ts'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { codeIn, takeMails } from '#test/harness/mails.ts'
import { type SocketGateway, startSocketGateway } from '#test/harness/socket-gateway.ts'

const OLD = 'correct horse battery'
const NEW = 'another long password'

type Headers = Record<string, string>

let world: ApiWorld
let tenant: TestTenant
let gateway: SocketGateway
let asKey: Headers
let email: string
let id: number

beforeAll(async () => {
  world = await apiWorld()
  gateway = await startSocketGateway()
})
beforeEach(async () => {
  await takeMails(world.ctx)
  gateway.closed.length = 0
  tenant = await world.tenant()
  asKey = { authorization: tenant.apiKey }
  email = `budi@${tenant.tenantId.slice(4).toLowerCase()}.example`
  const agent = ((await call('GET', '/roles')).body as { id: number }[])[1]?.id
  const made = await call('POST', '/users', { name: 'Budi', email, password: OLD, role_id: agent })
  id = Number(at(made.body, 'id'))
})
afterAll(async () => {
  gateway?.close()
  await world?.close()
})

const call = (method: string, path: string, body?: unknown, headers: Headers = asKey): Promise<Invoked> =>
  world.call(method, `/api/v1${path}`, { headers, body })

const login = (password: string): Promise<Invoked> =>
  world.call('POST', '/api/v1/auth/login', { body: { email, password, surface: 'ceox' } })

const bearer = (answer: Invoked): Headers => ({ authorization: `Bearer ${at(answer.body, 'data.tokens.accessToken')}` })

const isAlive = async (session: Invoked): Promise<boolean[]> => {
  const seen = await call('GET', '/users', undefined, bearer(session))
  const refreshToken = at(session.body, 'data.tokens.refreshToken')
  const renewed = await world.call('POST', '/api/v1/auth/refresh', { body: { refreshToken } })
  return [seen.status === 200, renewed.status === 200]
}

/** Opens sockets as that user, one of which API Gateway has forgotten, and one as somebody else. */
const openSockets = async (): Promise<void> => {
  const actor = { tenantId: tenant.tenantId, kind: 'userToken', capabilities: [], inboxIds: [] } as const
  await addConnection(world.ctx, `his-${id}`, { ...actor, id: String(id) })
  await addConnection(world.ctx, `gone-${id}`, { ...actor, id: String(id) })
  await addConnection(world.ctx, `other-${id}`, { ...actor, id: String(id + 1000) })
  await addConnection(world.ctx, `key-${id}`, { ...actor, kind: 'apiKey', id: String(id) })
}

const expectSocketsEnded = async (): Promise<void> => {
  expect(gateway.closed.sort()).toEqual([`gone-${id}`, `his-${id}`])
  const left = await listConnections(world.ctx, tenant.tenantId, { consistent: true })
  expect(left.map(({ connectionId }) => connectionId).sort()).toEqual([`key-${id}`, `other-${id}`])
}

/** What the user is told by mail. */
const told = async (): Promise<[string, string][]> =>
  (await takeMails(world.ctx)).mails.map(({ to, subject }) => [to, subject])

const happened = async () => {
  const stored = (await world.ctx.main.get(userKey(tenant.tenantId, id))) ?? {}
  const month = new Date().toISOString().slice(0, 7).replace('-', '')
  const entries = await listAudit(world.ctx, tenant.tenantId, { month, limit: 50 })
  const audit = entries.find(({ action }) => action === 'auth.password_changed')
  return { events: readOutbox(stored).map(({ type, facts }) => [type, facts]), audit, stored: JSON.stringify(stored) }
}

test('a reset password is the only one, and ends every session and socket of the user', async () => {
  const session = await login(OLD)
  await openSockets()
  const answer = await call('POST', `/users/${id}/password`, { password: NEW })
  expect([answer.status, answer.body]).toEqual([200, { id, changed: true }])
  expect(await isAlive(session)).toEqual([false, false])
  await expectSocketsEnded()
  expect((await login(OLD)).status).toBe(401)
  expect((await login(NEW)).status).toBe(200)
  const { events, audit, stored } = await happened()
  expect(events).toEqual([['auth.password_changed', { byUser: false }]])
  expect(audit).toMatchObject({ action: 'auth.password_changed', by: { kind: 'apiKey' }, subject: { id: String(id) } })
  expect(stored).not.toContain(NEW)
  expect(await told()).toEqual([[email, 'Your password was changed']])
})

test('one’s own password is changed by the present one, and ends this session too', async () => {
  const session = await login(OLD)
  await openSockets()
  const wrong = await call('POST', '/me/password', { current_password: 'not it', new_password: NEW }, bearer(session))
  expect([wrong.status, wrong.text]).toMatchObject([400, expect.stringContaining('current_password')])
  expect(gateway.closed).toEqual([])
  const body = { current_password: OLD, new_password: NEW }
  const answer = await call('POST', '/me/password', body, bearer(session))
  expect([answer.status, answer.body]).toEqual([200, { changed: true }])
  expect(await isAlive(session)).toEqual([false, false])
  await expectSocketsEnded()
  expect((await login(OLD)).status).toBe(401)
  expect((await login(NEW)).status).toBe(200)
  const { events, audit } = await happened()
  expect(events).toEqual([['auth.password_changed', { byUser: true }]])
  expect(audit).toMatchObject({ by: { kind: 'userToken', id: String(id) } })
  expect(await told()).toEqual([[email, 'Your password was changed']])
})

test('a code that was asked for before a reset signs nobody in after it', async () => {
  await world.call('POST', '/api/v1/auth/request-code', { body: { email } })
  const code = codeIn((await takeMails(world.ctx)).mails[0])
  expect(code).toMatch(/^\d{6}$/)
  expect((await call('POST', `/users/${id}/password`, { password: NEW })).status).toBe(200)
  const entered = await world.call('POST', '/api/v1/auth/verify-code', { body: { email, code } })
  expect([entered.status, at(entered.body, 'error.code')]).toEqual([400, 'invalid_code'])
})

test('a password that everybody would guess is refused by name, and the old one stays', async () => {
  const session = await login(OLD)
  for (const [password, code] of [
    ['1234567', 'validation_failed'],
    ['x'.repeat(129), 'validation_failed'],
    ['Qwerty123', 'weak_password'],
    [email.toUpperCase(), 'weak_password'],
  ] as const) {
    const reset = await call('POST', `/users/${id}/password`, { password })
    expect([reset.status, reset.body, reset.text]).toMatchObject([400, { code }, expect.stringContaining('password')])
    const body = { current_password: OLD, new_password: password }
    const own = await call('POST', '/me/password', body, bearer(session))
    expect([own.status, own.body, own.text]).toMatchObject([400, { code }, expect.stringContaining('new_password')])
  }
  expect(await isAlive(session)).toEqual([true, true])
})

test('guesses of the present password have to wait, as failed logins do', async () => {
  const session = await login(OLD)
  const guess = () => call('POST', '/me/password', { current_password: 'guess', new_password: NEW }, bearer(session))
  const statuses: number[] = []
  while (statuses.length < 12 && statuses.at(-1) !== 429) statuses.push((await guess()).status)
  expect(statuses.slice(0, 4)).toEqual([400, 400, 400, 400])
  expect(statuses.at(-1)).toBe(429)
})

test('only a logged-in user has a password of his own', async () => {
  const body = { current_password: OLD, new_password: NEW }
  expect((await call('POST', '/me/password', body)).status).toBe(401)
  expect((await call('POST', '/me/password', body, {})).status).toBe(401)
  const session = await login(OLD)
  const empty = await call('POST', '/me/password', {}, bearer(session))
  expect([empty.status, empty.text]).toMatchObject([400, expect.stringContaining('current_password')])
  expect(empty.text).toContain('new_password')
})

test('a socket that is opened while the sessions of its user end is not left open', async () => {
  const { authorization } = bearer(await login(OLD))
  const open = (connectionId: string, ctx: Context) =>
    serveSocket(
      ctx,
      { requestContext: { routeKey: '$connect', connectionId }, headers: { authorization } },
      async () => true,
    )
  const { main } = world.ctx
  const racing = (change: () => Promise<unknown>): Context => ({
    ...world.ctx,
    main: {
      ...main,
      transact: async (writes) => {
        const outcome = await main.transact(writes)
        await change()
        return outcome
      },
    },
  })
  const key = userKey(tenant.tenantId, id)
  expect(await open('quiet', world.ctx)).toEqual({ statusCode: 200 })
  const moved = racing(() => main.update(key, { set: { inboxIds: [7] } }))
  expect(await open('moved', moved)).toEqual({ statusCode: 503 })
  const ended = racing(() => main.update(key, { add: { tokenVersion: 1 } }))
  expect(await open('ended', ended)).toEqual({ statusCode: 401 })
  expect((await listConnections(world.ctx, tenant.tenantId)).map(({ connectionId }) => connectionId)).toEqual(['quiet'])
})

test.each([
  [
    'another role',
    () => call('GET', '/roles').then(({ body }) => call('PATCH', `/users/${id}`, { role_id: at(body, '0.id') })),
  ],
  [
    'other inboxes',
    () =>
      call('POST', '/inboxes', { name: 'Sales' }).then(({ body }) =>
        call('PATCH', `/users/${id}`, { inbox_ids: [at(body, 'id')] }),
      ),
  ],
  [
    'a membership',
    () =>
      call('POST', '/inboxes', { name: 'Sales' }).then(({ body }) =>
        call('POST', `/inboxes/${at(body, 'id')}/members`, { user_id: id }),
      ),
  ],
  [
    'other capabilities of the role',
    () => call('GET', '/roles').then(({ body }) => call('PATCH', `/roles/${at(body, '1.id')}`, { capabilities: [] })),
  ],
  ['deletion', () => call('DELETE', `/users/${id}`)],
])('%s ends the sockets of the user, which were opened with less or more', async (_what, change) => {
  await openSockets()
  expect((await change()).status).toBe(200)
  await expectSocketsEnded()
})
