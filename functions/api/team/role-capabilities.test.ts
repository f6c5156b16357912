import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CAPABILITIES } from '#domains/users/model.ts'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'
import { teammate } from '#test/harness/team.ts'

let world: ApiWorld
let tenant: TestTenant
type Headers = Record<string, string>
type Row = { id: number; name: string; system: boolean; users: number; capabilities: string[] }

beforeAll(async () => {
  world = await apiWorld()
})
beforeEach(async () => {
  tenant = await world.tenant()
})
afterAll(() => world?.close())

const call = (method: string, path: string, body?: unknown, headers?: Headers): Promise<Invoked> =>
  world.call(method, `/api/v1${path}`, { headers: headers ?? { authorization: tenant.apiKey }, body })
const rows = async (): Promise<Row[]> => at((await call('GET', '/role-capabilities')).body, 'data') as Row[]
const set = (id: number, capabilities: string[], headers?: Headers) =>
  call('PUT', `/roles/${id}/capabilities`, { capabilities }, headers)

test('the whole set of a role is shown and replaced, also what the list of roles does not know', async () => {
  const [admin, agent] = await rows()
  expect(admin).toMatchObject({ name: 'Admin', system: true, users: 1, capabilities: [...CAPABILITIES] })
  const id = Number(at((await call('POST', '/roles', { name: 'Integrator' })).body, 'id'))
  const both = await set(id, ['keys.manage', 'chats.send'])
  expect([both.status, at(both.body, 'data.capabilities')]).toEqual([200, ['chats.send', 'keys.manage']])
  expect(at((await set(id, ['integrations.manage'])).body, 'data.capabilities')).toEqual(['integrations.manage'])
  expect(await rows()).toContainEqual(expect.objectContaining({ id, capabilities: ['integrations.manage'] }))
  expect((await rows()).find((row) => row.id === agent?.id)).toEqual(agent)
  expect((await set(id, ['everything'])).status).toBe(400)
  expect((await set(99, [])).status).toBe(404)
})

test('nobody gives what he lacks, takes the last team.manage, or comes here without it', async () => {
  const [admin] = await rows()
  const id = Number(at((await call('POST', '/roles', { name: 'Lead' })).body, 'id'))
  const agent = await teammate(world.ctx, tenant.tenantId, { capabilities: ['chats.send'] })
  expect((await set(id, ['chats.send'], agent.headers)).status).toBe(403)
  expect((await call('GET', '/role-capabilities', undefined, agent.headers)).status).toBe(403)
  const last = await set(admin!.id, ['chats.send'])
  expect([last.status, at(last.body, 'error.code')]).toEqual([409, 'last_admin'])
  const lead = await teammate(world.ctx, tenant.tenantId, { capabilities: ['team.manage'] })
  const more = await set(id, ['keys.manage'], lead.headers)
  expect([more.status, at(more.body, 'error.code')]).toEqual([403, 'capability_not_held'])
  const stranger = await teammate(world.ctx, (await world.tenant()).tenantId, { capabilities: ['team.manage'] })
  // Numbers are each organisation's own: this one has got a number that the stranger's has not reached.
  const far = Number(at((await call('POST', '/roles', { name: 'Far' })).body, 'id'))
  expect((await set(far, [], stranger.headers)).status).toBe(404)
})
