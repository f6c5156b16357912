import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readOutbox } from '#data/outbox.ts'
import { listAudit } from '#domains/audit/log.ts'
import { storeCredential } from '#domains/credentials/repo.ts'
import { CAPABILITIES, type User } from '#domains/users/model.ts'
import { findRole, findUser, userKey } from '#domains/users/repo.ts'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { teammate } from '#test/harness/team.ts'

const PASSWORD = 'correct horse battery'

let world: ApiWorld
let tenant: TestTenant
let asKey: Record<string, string>
let address: string

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
  asKey = { authorization: tenant.apiKey }
  address = `budi@${tenant.tenantId.slice(4).toLowerCase()}.example`
})
afterAll(() => world?.close())

type Headers = Record<string, string>

const call = (method: string, path: string, body?: unknown, headers: Headers = asKey): Promise<Invoked> =>
  world.call(method, `/api/v1${path}`, { headers, body })

const roles = async () => (await call('GET', '/roles')).body as { id: number; name: string }[]
const roleNamed = async (name: string): Promise<number> => (await roles()).find((role) => role.name === name)?.id ?? 0
const rows = async () => (await call('GET', '/users')).body as { id: number; email: string }[]

const login = (email: string, password: string) =>
  world.call('POST', '/api/v1/auth/login', { body: { email, password, surface: 'ceox' } })

const bearer = (answer: Invoked): Headers => ({ authorization: `Bearer ${at(answer.body, 'data.tokens.accessToken')}` })

const create = async (wish: Record<string, unknown> = {}, headers: Headers = asKey): Promise<Invoked> => {
  const body = { name: 'Budi', email: address, password: PASSWORD, role_id: await roleNamed('Agent'), ...wish }
  return call('POST', '/users', body, headers)
}

const madeUser = async (wish: Record<string, unknown> = {}): Promise<number> => {
  const made = await create(wish)
  if (made.status !== 201) throw new Error(`creating a user: ${made.status} ${made.text}`)
  return Number(at(made.body, 'id'))
}

const ownerId = async (): Promise<number> => (await rows())[0]?.id ?? 0

const eventsOf = async (id: number) =>
  readOutbox((await world.ctx.main.get(userKey(tenant.tenantId, id))) ?? {}).map(({ type }) => type)

const actions = async () => {
  const month = new Date().toISOString().slice(0, 7).replace('-', '')
  return (await listAudit(world.ctx, tenant.tenantId, { month, limit: 50 })).map(({ action }) => action)
}

test('a user who was added can log in, is listed, and is counted by his role and his inboxes', async () => {
  const inbox = await call('POST', '/inboxes', { name: 'Sales' })
  const inboxId = Number(at(inbox.body, 'id'))
  const made = await create({ inbox_ids: [inboxId, String(inboxId)], role_id: String(await roleNamed('Agent')) })
  expect([made.status, made.body]).toEqual([
    201,
    {
      id: expect.any(Number),
      name: 'Budi',
      email: address,
      status: 'offline',
      role: 'Agent',
      role_id: await roleNamed('Agent'),
      inbox_ids: [inboxId],
    },
  ])
  expect(await rows()).toContainEqual(made.body)
  expect((await login(address.toUpperCase(), PASSWORD)).status).toBe(200)
  expect((await findRole(world.ctx, tenant.tenantId, await roleNamed('Agent')))?.userCount).toBe(1)
  expect((await call('GET', '/inboxes')).body).toMatchObject([{ member_count: 1 }])
  expect(await eventsOf(Number(at(made.body, 'id')))).toEqual(['user.activated'])
  expect(await actions()).toContain('user.activated')
  expect(JSON.stringify(await findUser(world.ctx, tenant.tenantId, Number(at(made.body, 'id'))))).not.toContain(
    PASSWORD,
  )
})

test('bad fields are named, and nothing is made', async () => {
  const before = await rows()
  for (const [field, wish] of [
    ['name', { name: ' \u0007 ' }],
    ['email', { email: 'nobody' }],
    ['password', { password: 'short' }],
    ['password', { password: 'x'.repeat(129) }],
    ['password', { password: 'Password123' }],
    ['password', { password: address.toUpperCase() }],
    ['role_id', { role_id: 4242 }],
    ['role_id', { role_id: '1x' }],
    ['inbox_ids', { inbox_ids: [4242] }],
    ['inbox_ids', { inbox_ids: 'all' }],
  ] as const) {
    const answer = await create(wish)
    expect([answer.status, answer.text], JSON.stringify(wish)).toMatchObject([400, expect.stringContaining(field)])
  }
  expect(await rows()).toEqual(before)
})

test('an address belongs to one user, however many ask for it at once', async () => {
  const agent = await roleNamed('Agent')
  const both = await Promise.all([1, 2, 3].map((n) => create({ name: `Budi ${n}`, role_id: agent })))
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  const again = await create({ email: address.toUpperCase() })
  expect([again.status, again.body]).toMatchObject([409, { code: 'email_taken' }])
  expect((await findRole(world.ctx, tenant.tenantId, agent))?.userCount).toBe(1)
  const other = await world.tenant()
  const body = { name: 'B', email: address, password: PASSWORD, role_id: 1 }
  expect((await call('POST', '/users', body, { authorization: other.apiKey })).status).toBe(201)
})

test('any subset changes a user, and what is not named stays', async () => {
  const id = await madeUser()
  const renamed = await call('PATCH', `/users/${id}`, { name: 'Budi S.' })
  expect([renamed.status, renamed.body]).toMatchObject([200, { name: 'Budi S.', email: address, status: 'offline' }])
  expect(await eventsOf(id)).toEqual(['user.updated'])
  const online = await call('PATCH', `/users/${id}`, { status: 'online' })
  expect(online.body).toMatchObject({ name: 'Budi S.', status: 'online' })
  expect(await eventsOf(id)).toEqual(['user.status_changed'])
  const moved = await call('PATCH', `/users/${id}`, { email: `new.${address}` })
  expect(moved.body).toMatchObject({ email: `new.${address}` })
  expect((await login(`new.${address}`, PASSWORD)).status).toBe(200)
  expect((await login(address, PASSWORD)).status).toBe(401)
  expect((await create()).status).toBe(201)
  const taken = await call('PATCH', `/users/${id}`, { email: address })
  expect([taken.status, taken.body]).toMatchObject([409, { code: 'email_taken' }])
  const same = await call('PATCH', `/users/${id}`, {})
  expect([same.status, same.body]).toMatchObject([200, { name: 'Budi S.' }])
  for (const [field, value] of [
    ['role_id', 4242],
    ['inbox_ids', [4242]],
    ['status', 'away'],
    ['email', 'x'],
  ] as const) {
    const answer = await call('PATCH', `/users/${id}`, { [field]: value })
    expect([answer.status, answer.text], field).toMatchObject([400, expect.stringContaining(field)])
  }
})

test('another role counts at once and ends the sessions of the user', async () => {
  const id = await madeUser()
  const session = await login(address, PASSWORD)
  expect((await call('GET', '/users', undefined, bearer(session))).status).toBe(200)
  const changed = await call('PATCH', `/users/${id}`, { role_id: await roleNamed('Admin') })
  expect(changed.body).toMatchObject({ role: 'Admin' })
  expect((await call('GET', '/users', undefined, bearer(session))).status).toBe(401)
  const renewed = await world.call('POST', '/api/v1/auth/refresh', {
    body: { refreshToken: at(session.body, 'data.tokens.refreshToken') },
  })
  expect(renewed.status).toBe(401)
  expect((await findRole(world.ctx, tenant.tenantId, await roleNamed('Agent')))?.userCount).toBe(0)
  expect((await findRole(world.ctx, tenant.tenantId, await roleNamed('Admin')))?.userCount).toBe(2)
})

test('a deleted user can do nothing, and his address brings him back under his number', async () => {
  const inbox = Number(at((await call('POST', '/inboxes', { name: 'Sales' })).body, 'id'))
  const id = await madeUser({ inbox_ids: [inbox] })
  const session = await login(address, PASSWORD)
  const gone = await call('DELETE', `/users/${id}`)
  expect([gone.status, gone.body]).toEqual([200, { id, deleted: true }])
  expect((await call('GET', '/users', undefined, bearer(session))).status).toBe(401)
  expect((await login(address, PASSWORD)).status).toBe(401)
  expect((await rows()).map((row) => row.id)).not.toContain(id)
  expect((await call('GET', '/inboxes')).body).toMatchObject([{ member_count: 0 }])
  expect((await findRole(world.ctx, tenant.tenantId, await roleNamed('Agent')))?.userCount).toBe(0)
  expect(await eventsOf(id)).toEqual(['user.deactivated'])
  for (const [method, path, body] of [
    ['DELETE', `/users/${id}`, undefined],
    ['PATCH', `/users/${id}`, { name: 'x' }],
    ['POST', `/users/${id}/password`, { password: PASSWORD }],
    ['POST', `/inboxes/${inbox}/members`, { user_id: id }],
  ] as const) {
    expect((await call(method, path, body)).status, `${method} ${path}`).toBe(404)
  }
  const back = await create({ name: 'Budi again', password: 'another long one' })
  expect([back.status, back.body]).toMatchObject([201, { id, name: 'Budi again', inbox_ids: [] }])
  expect((await login(address, PASSWORD)).status).toBe(401)
  expect((await login(address, 'another long one')).status).toBe(200)
  expect((await call('GET', '/users', undefined, bearer(session))).status).toBe(401)
})

test('nobody deletes himself', async () => {
  const owner = await login(tenant.email, tenant.password)
  await madeUser({ role_id: await roleNamed('Admin') })
  const answer = await call('DELETE', `/users/${await ownerId()}`, undefined, bearer(owner))
  expect([answer.status, answer.body]).toMatchObject([409, { code: 'cannot_remove_self' }])
  expect((await call('GET', '/users', undefined, bearer(owner))).status).toBe(200)
})

test('the last active user who manages the team is neither stripped nor deleted', async () => {
  const owner = await ownerId()
  const agent = await roleNamed('Agent')
  for (const answer of [
    await call('DELETE', `/users/${owner}`),
    await call('PATCH', `/users/${owner}`, { role_id: agent, name: 'stripped' }),
    await call('PATCH', `/roles/${await roleNamed('Admin')}`, { capabilities: ['chats.send'] }),
  ]) {
    expect([answer.status, answer.body]).toMatchObject([409, { code: 'last_admin' }])
  }
  expect(await rows()).toMatchObject([{ id: owner, name: 'Owner', role: 'Admin' }])
  const second = await madeUser({ role_id: await roleNamed('Admin') })
  await world.ctx.main.update(userKey(tenant.tenantId, second), { set: { state: 'INVITED' } })
  expect((await call('DELETE', `/users/${owner}`)).status, 'an invited one does not count').toBe(409)
  expect((await call('DELETE', `/users/${second}`)).status, 'and may go').toBe(200)
  const third = await madeUser({ role_id: await roleNamed('Admin') })
  expect((await call('PATCH', `/users/${owner}`, { role_id: agent })).status).toBe(200)
  expect((await call('DELETE', `/users/${third}`)).status).toBe(409)
})

const managers = async (): Promise<User[]> => {
  const admin = await findRole(world.ctx, tenant.tenantId, await roleNamed('Admin'))
  if (!admin?.capabilities.includes('team.manage')) return []
  const users = await Promise.all((await rows()).map(({ id }) => findUser(world.ctx, tenant.tenantId, id)))
  return users
    .filter((user) => user !== undefined)
    .filter(({ roleId, state }) => roleId === admin.id && state === 'ACTIVE')
}

test('of requests at the same moment that would leave nobody to manage the team, one is refused', async () => {
  const agent = await roleNamed('Agent')
  const admin = await roleNamed('Admin')
  for (let round = 0; round < 3; round += 1) {
    const pair = await managers()
    while (pair.length < 2) {
      const id = await madeUser({ email: `r${round}.${pair.length}.${address}`, role_id: admin })
      const user = await findUser(world.ctx, tenant.tenantId, id)
      if (user) pair.push(user)
    }
    const [one, two] = pair.map(({ id }) => id)
    const answers = await Promise.all([
      call('DELETE', `/users/${one}`),
      round === 0 ? call('DELETE', `/users/${two}`) : call('PATCH', `/users/${two}`, { role_id: agent }),
    ])
    expect(answers.map(({ status }) => status).sort(), answers.map(({ text }) => text).join()).toEqual([200, 409])
    expect(await managers()).toHaveLength(1)
  }
  const spare = await call('POST', '/roles', { name: 'Spare' })
  await call('PATCH', `/roles/${at(spare.body, 'id')}`, { capabilities: ['team.manage'] })
  const id = await madeUser({ email: `spare.${address}`, role_id: at(spare.body, 'id') })
  const answers = await Promise.all([
    call('PATCH', `/roles/${admin}`, { capabilities: [] }),
    call('DELETE', `/users/${id}`),
  ])
  expect(answers.map(({ status }) => status).sort(), answers.map(({ text }) => text).join()).toEqual([200, 409])
})

test('counts stay right when many change the same user at once', async () => {
  const inbox = Number(at((await call('POST', '/inboxes', { name: 'Sales' })).body, 'id'))
  const id = await madeUser()
  const admin = await roleNamed('Admin')
  const answers = await Promise.all([
    call('PATCH', `/users/${id}`, { role_id: admin }),
    call('PATCH', `/users/${id}`, { inbox_ids: [inbox] }),
    call('POST', `/inboxes/${inbox}/members`, { user_id: id }),
    call('PATCH', `/users/${id}`, { name: 'Both' }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(await findUser(world.ctx, tenant.tenantId, id)).toMatchObject({
    roleId: admin,
    inboxIds: [inbox],
    name: 'Both',
  })
  expect((await call('GET', '/inboxes')).body).toMatchObject([{ member_count: 1 }])
  expect((await findRole(world.ctx, tenant.tenantId, admin))?.userCount).toBe(2)
})

test('changes of different fields at the same moment are both kept', async () => {
  const id = await madeUser()
  for (const [name, status] of [
    ['One', 'online'],
    ['Two', 'idle'],
    ['Three', 'offline'],
    ['Four', 'online'],
  ]) {
    const answers = await Promise.all([
      call('PATCH', `/users/${id}`, { name }),
      call('PATCH', `/users/${id}`, { status }),
    ])
    expect(answers.map((answer) => answer.status)).toEqual([200, 200])
    expect((await rows()).find((row) => row.id === id)).toMatchObject({ name, status })
  }
})

test('nobody gives what he does not hold, nor takes over somebody who may more', async () => {
  const lead = await teammate(world.ctx, tenant.tenantId, {
    capabilities: ['team.manage', 'chats.send', 'contacts.write'],
  })
  const [owner, admin, agent] = [await ownerId(), await roleNamed('Admin'), await roleNamed('Agent')]
  const asLead = lead.headers
  for (const answer of [
    await create({ role_id: admin }, asLead),
    await call('PATCH', `/users/${lead.id}`, { role_id: admin }, asLead),
    await call('PATCH', `/users/${owner}`, { email: `mine.${address}` }, asLead),
    await call('POST', `/users/${owner}/password`, { password: PASSWORD }, asLead),
    await call('PATCH', `/roles/${agent}`, { capabilities: ['chats.send', 'inbox.view_all'] }, asLead),
  ]) {
    expect([answer.status, answer.body], answer.text).toMatchObject([403, { code: 'capability_not_held' }])
  }
  expect((await login(tenant.email, tenant.password)).status).toBe(200)
  expect((await create({ role_id: agent }, asLead)).status).toBe(201)
  expect((await call('PATCH', `/users/${owner}`, { name: 'Boss' }, asLead)).status).toBe(200)
})

test('a key has what is stored on it: all that CEOX knows is full access, less is less', async () => {
  const key = async (capabilities: string[]) => {
    const secret = `ceox_${tenant.tenantId}${capabilities.length}`
    await storeCredential(world.ctx, secret, {
      kind: 'apiKey',
      tenantId: tenant.tenantId,
      refId: 'key_1',
      capabilities,
    })
    return { authorization: secret }
  }
  const admin = await roleNamed('Admin')
  const usual = await key(CAPABILITIES.filter((one) => one !== 'billing.manage' && one !== 'keys.manage'))
  expect((await create({ role_id: admin }, usual)).status).toBe(201)
  const narrow = await key(['team.manage'])
  expect((await create({ email: `n.${address}`, role_id: admin }, narrow)).status).toBe(403)
  expect((await create({ email: `n.${address}` }, await key([]))).status).toBe(403)
})

test('who lacks the capability, has no credential, or is of another tenant gets nowhere', async () => {
  const id = await madeUser()
  const other = await world.tenant()
  const { headers } = await teammate(world.ctx, tenant.tenantId)
  const body = { name: 'B', email: `x.${address}`, password: PASSWORD, role_id: await roleNamed('Agent') }
  for (const [method, path, sent] of [
    ['POST', '/users', body],
    ['PATCH', `/users/${id}`, { name: 'x' }],
    ['DELETE', `/users/${id}`, undefined],
    ['POST', `/users/${id}/password`, { password: PASSWORD }],
  ] as const) {
    expect((await call(method, path, sent, headers)).status, `${method} ${path}`).toBe(403)
    expect((await call(method, path, sent, {})).status, `${method} ${path}`).toBe(401)
    if (path === '/users') continue
    expect((await call(method, path, sent, { authorization: other.apiKey })).status, `${method} ${path}`).toBe(404)
    expect((await call(method, path.replace(String(id), 'x1'), sent)).status, `${method} ${path}`).toBe(404)
  }
  expect((await call('GET', '/users', undefined, headers)).status, 'everybody may see the team').toBe(200)
  expect(((await call('GET', '/users', undefined, { authorization: other.apiKey })).body as unknown[]).length).toBe(1)
  expect(await findUser(world.ctx, tenant.tenantId, id)).toMatchObject({ name: 'Budi', state: 'ACTIVE' })
})
