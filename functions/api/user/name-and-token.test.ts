import { afterAll, beforeAll, expect, test } from 'vitest'
import { findDevice } from '#domains/devices/repo.ts'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'
import type { Invoked } from '#test/harness/invoke.ts'

let world: ApiWorld
let tenant: TestTenant

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
})
afterAll(() => world?.close())

type By = { headers: { token: string } }
const inEnvelope = (data: unknown) => ({ code: 200, success: true, data })
const update = (by: By, body: object): Promise<Invoked> =>
  world.call('POST', '/user/update', { headers: by.headers, body })
const refused = (error: string) => ({ code: 400, success: false, error })

test('name and token change in one step; the old token is worth nothing afterwards', async () => {
  const made = await world.device(tenant, { name: 'Before' })
  const token = `rotated-${made.id}`
  expect((await update(made, { name: 'After', token })).body).toEqual(
    inEnvelope({ id: made.id, name: 'After', token, message: 'Profile updated successfully' }),
  )
  expect((await update(made, { name: 'Again' })).status).toBe(401)
  const now = { headers: { token } }
  expect((await update(now, { name: 'Renamed' })).body).toEqual(
    inEnvelope({ id: made.id, name: 'Renamed', token, message: 'Profile updated successfully' }),
  )
  const shown = await world.call('GET', `/admin/users/${made.id}`, { headers: { authorization: tenant.adminToken } })
  expect(shown.text).toContain(token)
  expect(shown.text).toContain('Renamed')
  // The old token is free for somebody else.
  expect((await world.device(tenant, { token: made.token })).id).not.toBe(made.id)
})

test('a token that is in use, also another organisation’s, is a conflict, and nothing changes', async () => {
  const [made, taken, foreign] = await Promise.all([
    world.device(tenant, { name: 'Kept' }),
    world.device(tenant),
    world.tenant().then((other) => world.device(other)),
  ])
  for (const { token } of [taken, foreign]) {
    const { status, body } = await update(made, { name: 'Lost', token })
    expect(status).toBe(409)
    expect(body).toEqual({ code: 409, success: false, error: 'Token already in use' })
  }
  expect((await findDevice(world.ctx, made.id))?.name).toBe('Kept')
})

test('of two requests at once one wins, the other conflicts or finds its token gone', async () => {
  const made = await world.device(tenant)
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) => update(made, { token: `racing-${n}-${made.id}` })),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect(statuses.every((status) => [200, 401, 409, 503].includes(status))).toBe(true)
  const winner = answers.find(({ status }) => status === 200)
  expect((await update({ headers: { token: String(at(winner?.body, 'data.token')) } }, { name: 'x' })).status).toBe(200)
})

test('what is wrong is said in the document’s words', async () => {
  const made = await world.device(tenant, { name: 'Same' })
  const words = async (body: object) => (await update(made, body)).body
  expect(await words({ name: ' ' })).toEqual(refused('Name cannot be empty'))
  expect(await words({ name: 'x'.repeat(256) })).toEqual(refused('Name too long (max 255 characters)'))
  expect(await words({ token: '1234567' })).toEqual(refused('Token too short (min 8 characters)'))
  expect(await words({})).toEqual(refused('No changes detected'))
  expect(await words({ name: 'Same', token: made.token })).toEqual(refused('No changes detected'))
  expect((await words({ name: 5 })) as object).toMatchObject({ code: 400 })
})
