import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiWorld, apiWorld, type TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'

let world: ApiWorld
let tenant: TestTenant

beforeAll(async () => {
  world = await apiWorld()
  tenant = await world.tenant()
})
afterAll(() => world?.close())

const ask = (headers: Record<string, string>) => world.call('GET', '/admin/license/info', { headers })

test('a self-hosted installation says that it needs no licence, with every documented field and nothing around it', async () => {
  const { status, body } = await ask({ authorization: tenant.adminToken })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    valid: true,
    customer_id: tenant.tenantId,
    license_key: '',
    status: 'active',
    is_in_grace_period: false,
    expires_at: '9999-12-31T23:59:59Z',
  })
  expect(Number(at(body, 'days_until_expiry'))).toBeGreaterThan(365)
  expect(body).not.toHaveProperty('success')
  expect(at((await ask({ authorization: tenant.adminToken })).body, 'installation_id')).toBe(
    at(body, 'installation_id'),
  )
})

test('only an admin is told; a device is not', async () => {
  const device = await world.device(tenant)
  const refused = { code: 401, error: 'unauthorized - admin token required', success: false }
  const wrong: Record<string, string>[] = [{}, { authorization: 'wrong' }, device.headers]
  for (const headers of wrong) {
    expect((await ask(headers)).body).toEqual(refused)
  }
})
