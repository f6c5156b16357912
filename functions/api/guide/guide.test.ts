import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { listAudit } from '#domains/audit/log.ts'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { waitFor } from '#test/harness/wait.ts'

let world: ApiWorld
let tenant: TestTenant

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
})
afterAll(() => world?.close())

type Client = { id: string; secret: string }

const basic = ({ id, secret }: Client) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})
const first = (): Client => ({ id: tenant.clientId, secret: tenant.clientSecret })
const call = (method: string, path: string, body?: unknown, client = first()): Promise<Invoked> =>
  world.call(method, `/api/v1${path}`, { headers: basic(client), body })
const tokenOf = (answer: Invoked): string => String(at(answer.body, 'token'))
const makeToken = async (wish: unknown = { use_host: false }, client = first()): Promise<string> => {
  const made = await call('POST', '/tokens', wish, client)
  expect(made.status, made.text).toBe(201)
  return tokenOf(made)
}
const devices = (token: string): Promise<Invoked> =>
  world.call('GET', '/api/v1/devices', { headers: { authorization: `Bearer ${token}` } })
const makeClient = async (id: string, more: Record<string, unknown> = {}): Promise<Client> => {
  const made = await call('POST', '/credentials', { client_id: id, ...more })
  expect(made.status, made.text).toBe(201)
  return { id, secret: String(at(made.body, 'client_secret')) }
}
const rows = async (client = first()) =>
  (await call('GET', '/tokens', undefined, client)).body as { id: number; is_admin: boolean; matrix_username: string }[]

test('the first token is the admin and makes the host identity; the document’s answer has the token once', async () => {
  const made = await call('POST', '/tokens', { use_host: false })
  expect([made.status, made.body]).toEqual([
    201,
    { message: 'Matrix token created successfully', token: expect.stringMatching(/^mt_\w{43}$/) },
  ])
  await makeToken({ use_host: true })
  await makeToken({ use_host: false })
  const list = await call('GET', '/tokens')
  expect(list.body).toMatchObject([
    { is_admin: true, use_host: false, client_id: tenant.clientId, expires_at: null },
    { is_admin: false, use_host: true },
    { is_admin: false, use_host: false },
  ])
  const [admin, sharing, alone] = await rows()
  expect(sharing?.matrix_username).toBe(admin?.matrix_username)
  expect(alone?.matrix_username).not.toBe(admin?.matrix_username)
  expect(list.text).not.toContain(tokenOf(made))
  expect(list.text).not.toMatch(/hash|secret/i)
})

test('of several first tokens at once one is the admin', async () => {
  const made = await Promise.all([1, 2, 3].map(() => call('POST', '/tokens', { use_host: false })))
  // What collided in the table is asked for again, as a client would.
  for (const { status } of made) if (status === 503) await makeToken()
  expect((await rows()).filter(({ is_admin }) => is_admin)).toHaveLength(1)
})

test('use_host needs a host; a host whose admin token was deleted keeps its identity for the next one', async () => {
  const early = await call('POST', '/tokens', { use_host: true })
  expect([early.status, at(early.body, 'error')]).toEqual([400, expect.stringContaining('use_host')])
  await makeToken()
  const [admin] = await rows()
  expect((await call('DELETE', `/tokens/${admin?.id}`)).status).toBe(200)
  await makeToken({ use_host: true })
  expect(await rows()).toMatchObject([{ is_admin: true, matrix_username: admin?.matrix_username }])
})

test('a token ends at its time, which has to lie ahead', async () => {
  const token = await makeToken({ use_host: false, expires_at: new Date(Date.now() + 1200).toISOString() })
  expect((await devices(token)).status).toBe(200)
  await waitFor('the token to end', async () => (await devices(token)).status === 401)
  expect(await rows()).toHaveLength(1)
  for (const expires_at of ['2020-01-01T00:00:00Z', 'tomorrow', '2026-13-01T00:00:00Z', 12]) {
    const { status, body } = await call('POST', '/tokens', { use_host: false, expires_at })
    expect([status, at(body, 'error')]).toEqual([400, expect.stringContaining('expires_at')])
  }
  expect((await call('POST', '/tokens', {})).text).toContain('use_host')
  await makeToken({ use_host: false, expires_at: '2099-12-31T23:59:59+02:00' })
})

test('a deleted token stops at once; only the client that made it can delete it', async () => {
  const token = await makeToken()
  const [row] = await rows()
  const other = await makeClient('other-app')
  expect((await call('DELETE', `/tokens/${row?.id}`, undefined, other)).status).toBe(404)
  expect((await call('DELETE', '/tokens/999')).status).toBe(404)
  expect((await call('DELETE', `/tokens/${token}`)).status).toBe(404)
  expect((await devices(token)).status).toBe(200)
  expect((await call('DELETE', `/tokens/${row?.id}`)).body).toEqual({ message: 'Token deleted successfully' })
  expect((await devices(token)).status).toBe(401)
  expect(await rows()).toEqual([])
  expect((await call('DELETE', `/tokens/${row?.id}`)).status).toBe(404)
})

test('a repeated creation with one key makes one token and shows it again', async () => {
  const send = () =>
    world.call('POST', '/api/v1/tokens', {
      headers: { ...basic(first()), 'idempotency-key': 'once' },
      body: { use_host: false },
    })
  const [one, two] = [await send(), await send()]
  expect(two.body).toEqual(one.body)
  expect(await rows()).toHaveLength(1)
})

test('a credential is made as documented, its secret is shown once and stored nowhere', async () => {
  const made = await call('POST', '/credentials', { client_id: 'my-app', description: 'Production API client' })
  expect([made.status, made.body]).toEqual([
    201,
    {
      message: 'Credential created successfully',
      credential: {
        client_id: 'my-app',
        role: 'user',
        scopes: [],
        description: 'Production API client',
        active: true,
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
      client_secret: expect.stringMatching(/^\w{43}$/),
    },
  ])
  const secret = String(at(made.body, 'client_secret'))
  const list = await call('GET', '/credentials')
  expect(list.body).toMatchObject([
    { client_id: tenant.clientId, role: 'super_admin' },
    { client_id: 'my-app', role: 'user' },
  ])
  expect(list.text).not.toContain(secret)
  const again = await call('POST', '/credentials', { client_id: 'my-app' })
  expect([again.status, at(again.body, 'error')]).toEqual([409, expect.stringContaining('my-app')])
  for (const client_id of ['', 'a:b', 'a/b', 'ä', 'x'.repeat(101), 7]) {
    const bad = await call('POST', '/credentials', { client_id })
    expect([bad.status, at(bad.body, 'error')], String(client_id)).toEqual([400, expect.stringContaining('client_id')])
  }
  // Another organisation has names of its own.
  tenant = await world.tenant()
  await makeClient('my-app')
})

test('a new credential manages its own tokens and sees no others; credentials are for admins', async () => {
  await makeToken()
  const user = await makeClient('user-app')
  const token = await makeToken({ use_host: true }, user)
  expect(await rows(user)).toHaveLength(1)
  expect(await rows()).toHaveLength(1)
  expect((await devices(token)).status).toBe(200)
  for (const [method, path, body] of [
    ['GET', '/credentials', undefined],
    ['POST', '/credentials', { client_id: 'x' }],
    ['PUT', '/credentials/user-app', { active: true }],
    ['DELETE', '/credentials/user-app', undefined],
  ] as const) {
    expect((await call(method, path, body, user)).status, method).toBe(403)
  }
  const admin = await makeClient('admin-app', { role: 'admin' })
  expect((await call('GET', '/credentials', undefined, admin)).status).toBe(200)
  expect((await call('POST', '/credentials', { client_id: 'x', role: 'super_admin' })).status).toBe(400)
})

test.each([
  [['tokens:read:*'], [200, 403, 403]],
  [['tokens:write:create'], [403, 201, 403]],
  [['tokens:write:*'], [403, 201, 200]],
  [['tokens:*'], [200, 201, 200]],
  [['*'], [200, 201, 200]],
  [['devices:read:*'], [403, 403, 403]],
])('scopes %j allow reading, creating and deleting with %j', async (scopes, expected) => {
  const user = await makeClient('scoped')
  await makeToken({ use_host: false }, user)
  const [row] = await rows(user)
  const changed = await call('PUT', '/credentials/scoped', { scopes })
  expect([changed.status, at(changed.body, 'credential.scopes')]).toEqual([200, scopes])
  const statuses = [
    await call('GET', '/tokens', undefined, user),
    await call('POST', '/tokens', { use_host: false }, user),
    await call('DELETE', `/tokens/${row?.id}`, undefined, user),
  ].map(({ status }) => status)
  expect(statuses).toEqual(expected)
  // A user never comes to administer credentials by a scope.
  expect((await call('GET', '/credentials', undefined, user)).status).toBe(403)
})

test('what is left out of a change stays; switched off, a credential and its tokens are refused until it is on again', async () => {
  const user = await makeClient('my-app', { description: 'first words' })
  const token = await makeToken({ use_host: false }, user)
  const off = await call('PUT', '/credentials/my-app', { active: false })
  expect(off.body).toMatchObject({
    message: 'Credential updated successfully',
    credential: { client_id: 'my-app', active: false, description: 'first words', scopes: [] },
  })
  expect((await call('GET', '/tokens', undefined, user)).status).toBe(401)
  expect((await devices(token)).status).toBe(401)
  await call('PUT', '/credentials/my-app', { active: true, description: 'Updated description' })
  expect((await call('GET', '/tokens', undefined, user)).status).toBe(200)
  expect((await devices(token)).status).toBe(200)
  expect((await call('PUT', '/credentials/nobody', { active: true })).status).toBe(404)
  expect((await call('PUT', '/credentials/my-app', { scopes: ['Nonsense'] })).text).toContain('scopes')
})

test('a deleted credential is unknown, and so are its tokens, even when its name is given again', async () => {
  const user = await makeClient('my-app')
  const token = await makeToken({ use_host: false }, user)
  const gone = await call('DELETE', '/credentials/my-app')
  expect([gone.status, gone.body]).toEqual([200, { message: 'Credential deleted successfully' }])
  expect((await devices(token)).status).toBe(401)
  expect((await call('GET', '/tokens', undefined, user)).status).toBe(401)
  const anew = await makeClient('my-app')
  expect((await devices(token)).status).toBe(401)
  expect((await call('GET', '/tokens', undefined, user)).status).toBe(401)
  expect(await rows(anew)).toEqual([])
  expect((await call('DELETE', '/credentials/nobody')).status).toBe(404)
})

test('the super admin can be neither deleted, nor switched off, nor restricted', async () => {
  const path = `/credentials/${tenant.clientId}`
  for (const answer of [
    await call('DELETE', path),
    await call('PUT', path, { active: false }),
    await call('PUT', path, { scopes: ['tokens:read:*'] }),
  ]) {
    expect([answer.status, at(answer.body, 'error')]).toEqual([403, expect.stringContaining('super admin')])
  }
  expect((await call('PUT', path, { description: 'ours', active: true })).status).toBe(200)
  expect((await call('GET', '/credentials')).body).toMatchObject([{ role: 'super_admin', description: 'ours' }])
})

test('another organisation’s credentials and tokens are not found', async () => {
  await makeClient('my-app')
  await makeToken()
  await makeToken()
  const [, row] = await rows()
  tenant = await world.tenant()
  expect((await call('PUT', '/credentials/my-app', { active: false })).status).toBe(404)
  expect((await call('DELETE', '/credentials/my-app')).status).toBe(404)
  expect((await call('DELETE', `/tokens/${row?.id}`)).status).toBe(404)
  expect(await rows()).toEqual([])
})

test('an admin whose scopes were narrowed gives nobody what he lacks, himself included', async () => {
  const narrow = await makeClient('narrow', { role: 'admin', scopes: ['credentials:*', 'tokens:read:*'] })
  const wishes: [string, string, unknown][] = [
    ['PUT', '/credentials/narrow', { scopes: [] }],
    ['PUT', '/credentials/narrow', { scopes: ['*'] }],
    ['POST', '/credentials', { client_id: 'wide', role: 'admin' }],
    ['POST', '/credentials', { client_id: 'wide' }],
    ['POST', '/credentials', { client_id: 'wide', scopes: ['tokens:write:create'] }],
  ]
  for (const [method, path, body] of wishes) {
    const refused = await call(method, path, body, narrow)
    expect([refused.status, at(refused.body, 'code')], JSON.stringify(body)).toEqual([403, 'capability_not_held'])
  }
  expect((await call('POST', '/tokens', { use_host: false }, narrow)).status).toBe(403)
  const reader = { client_id: 'reader', scopes: ['tokens:read:*'] }
  expect((await call('POST', '/credentials', reader, narrow)).status).toBe(201)
  expect((await call('PUT', '/credentials/reader', { scopes: [], description: 'x' }, narrow)).status).toBe(403)
  // What somebody else gave stays, and can be taken.
  await makeClient('worker')
  expect((await call('PUT', '/credentials/worker', { description: 'as before' }, narrow)).status).toBe(200)
  expect((await call('PUT', '/credentials/worker', { scopes: ['tokens:read:*'] }, narrow)).status).toBe(200)
})

/** What is in the audit log of this month, oldest first. */
const audited = async () => {
  const month = new Date().toISOString().slice(0, 7).replace('-', '')
  return (await listAudit(world.ctx, tenant.tenantId, { month, limit: 50 })).reverse()
}

test('a token that is made or deleted is in the audit log, and never its secret', async () => {
  const by = { kind: 'clientCredential', id: tenant.clientId }
  const secret = await makeToken({ use_host: false, expires_at: '2999-12-31T23:59:59Z' })
  const [row] = await rows()
  await makeToken({ use_host: true })
  expect((await call('DELETE', `/tokens/${row?.id}`)).status).toBe(200)
  expect((await call('DELETE', `/tokens/${row?.id}`)).status).toBe(404)
  const entries = await audited()
  const subject = { kind: 'matrixToken', id: String(row?.id) }
  const facts = { clientId: tenant.clientId, usesHost: false, expiresAt: '2999-12-31T23:59:59Z' }
  expect(entries).toMatchObject([
    { action: 'matrix_token.created', by, subject, facts },
    { action: 'matrix_token.created', by, facts: { usesHost: true } },
    { action: 'matrix_token.deleted', by, subject, facts: { clientId: tenant.clientId } },
  ])
  expect(JSON.stringify(entries)).not.toContain(secret)
})

test('what was done to a credential, and by whom, is in the audit log once', async () => {
  await makeClient('my-app', { scopes: ['tokens:read:*'] })
  await call('PUT', '/credentials/my-app', { active: false })
  await call('DELETE', '/credentials/my-app')
  const subject = { kind: 'clientCredential', id: 'my-app' }
  const by = { kind: 'clientCredential', id: tenant.clientId }
  expect(await audited()).toMatchObject([
    { action: 'client_credential.created', subject, by, facts: { role: 'user', scopes: ['tokens:read:*'] } },
    { action: 'client_credential.updated', subject, by, facts: { active: false } },
    { action: 'client_credential.deleted', subject, by },
  ])
})
