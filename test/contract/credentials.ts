import type { CredentialKind } from '#kit/actor.ts'
import type { ApiDevice, ApiWorld, TestTenant } from '#test/harness/api-world.ts'
import { at } from '#test/harness/http.ts'

/** Headers that present a tenant's credentials, by kind. */
export type Credentials = Partial<Record<CredentialKind, Record<string, string>>>

/** Every credential of a tenant that is told by its header; `device` is the one whose token is used. */
export const credentialsOf = async (world: ApiWorld, tenant: TestTenant, device: ApiDevice): Promise<Credentials> => {
  const { email, password } = tenant
  const login = await world.call('POST', '/api/v1/auth/login', { body: { email, password } })
  if (login.status !== 200) throw new Error(`logging in: ${login.status} ${login.text}`)
  const basic = Buffer.from(`${tenant.clientId}:${tenant.clientSecret}`).toString('base64')
  const clientCredential = { authorization: `Basic ${basic}` }
  const made = await world.call('POST', '/api/v1/tokens', { headers: clientCredential, body: { use_host: false } })
  if (made.status !== 201) throw new Error(`making a token: ${made.status} ${made.text}`)
  return {
    adminToken: { authorization: tenant.adminToken },
    deviceToken: { token: device.token },
    managerKey: { apikey: tenant.managerApiKey },
    apiKey: { authorization: tenant.apiKey },
    userToken: { authorization: `Bearer ${at(login.body, 'data.tokens.accessToken')}` },
    clientCredential,
    matrixToken: { authorization: `Bearer ${at(made.body, 'token')}` },
  }
}
