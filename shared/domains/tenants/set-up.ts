import type { Counters } from '#data/counters.ts'
import { absent } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { tokenHash } from '#kit/crypto.ts'
import { fail } from '#kit/errors.ts'
import { newId, randomSecret } from '#kit/ids.ts'
import { hashPassword } from '#kit/password.ts'
import { type ApiKey, apiKeyRecordWrite, shownOf } from '../credentials/api-keys.ts'
import { type Credential, credentialWrite } from '../credentials/repo.ts'
import { clientWrites } from '../guide/clients.ts'
import { CAPABILITIES, type Role, type User } from '../users/model.ts'
import { createRoleWrite, createUserWrites } from '../users/repo.ts'
import { createTenantWrites, type Tenant } from './repo.ts'

/** Credentials of a new tenant, in clear for the only time. */
export type FirstCredentials = {
  adminToken: string
  managerApiKey: string
  apiKey: string
  clientId: string
  clientSecret: string
  email: string
  password: string
}

/**
 * Makes a tenant with its system roles, its first owner and one credential of each kind, all random. `writes` go into the same
 * transaction. Throws `conflict` when the slug is taken or one of them loses its condition.
 */
export const createTenant = async (
  ctx: Context,
  counters: Counters,
  facts: { name: string; slug: string; email: string },
  writes: (tenantId: string) => Write[] = () => [],
): Promise<{ tenantId: string } & FirstCredentials> => {
  const now = isoTime(ctx.clock.nowMs())
  const tenantId = newId('tenant')
  const secrets = {
    adminToken: `adm_${randomSecret()}`,
    managerApiKey: `mgr_${randomSecret()}`,
    apiKey: `ceox_${randomSecret()}`,
    clientId: `cli_${randomSecret(16)}`,
    clientSecret: randomSecret(),
    password: randomSecret(20),
  }
  const tenant: Tenant = {
    id: tenantId,
    clientId: await counters('platform', 'client', 1),
    name: facts.name,
    slug: facts.slug,
    plan: 'ENTERPRISE',
    status: 'ACTIVE',
    suspendedReason: null,
    timezone: 'UTC',
    locale: 'en',
    country: null,
    logoUrl: null,
    onboardingCompletedAt: null,
    simulated: false,
    listShards: 1,
    createdAt: now,
    updatedAt: now,
  }
  const role = async (name: string, capabilities: string[], userCount: number): Promise<Role> => ({
    id: await counters(tenantId, 'role'),
    tenantId,
    name,
    system: true,
    capabilities,
    userCount,
    createdAt: now,
  })
  const admin = await role('Admin', [...CAPABILITIES], 1)
  const agent = await role('Agent', ['chats.send', 'contacts.write'], 0)
  const owner: User = {
    id: await counters(tenantId, 'user'),
    tenantId,
    email: facts.email,
    name: 'Owner',
    roleId: admin.id,
    state: 'ACTIVE',
    presence: 'OFFLINE',
    inboxIds: [],
    passwordHash: await hashPassword(secrets.password),
    tokenVersion: 1,
    createdAt: now,
    updatedAt: now,
  }
  const credential = async (secret: string, kind: Credential['kind'], refId: string) =>
    credentialWrite(await tokenHash(secret), {
      kind,
      tenantId,
      refId,
      capabilities: ['*'],
      name: 'first',
      createdAt: now,
    })
  const client = await clientWrites(
    { tenantId, clientId: secrets.clientId, role: 'super_admin', scopes: [], description: 'Made at set-up' },
    secrets.clientSecret,
    now,
  )
  const firstKey: ApiKey = {
    ...shownOf(secrets.apiKey),
    id: newId('apiKey'),
    tenantId,
    name: 'first',
    capabilities: ['*'],
    enabled: true,
    createdBy: { id: owner.id, name: owner.name },
    createdAt: now,
  }
  const outcome = await ctx.main.transact([
    ...createTenantWrites(tenant),
    createRoleWrite(admin),
    createRoleWrite(agent),
    ...createUserWrites(owner),
    await credential(secrets.adminToken, 'adminToken', 'admin'),
    await credential(secrets.managerApiKey, 'managerKey', newId('apiKey')),
    await credential(secrets.apiKey, 'apiKey', firstKey.id),
    apiKeyRecordWrite(firstKey, await tokenHash(secrets.apiKey)),
    ...client.writes,
    ...writes(tenantId),
  ])
  if (!outcome.ok) throw fail('conflict', { message: `There is already an organisation "${facts.slug}".` })
  return { tenantId, ...secrets, email: facts.email }
}

const INSTALLATION = { pk: 'INSTALLATION', sk: 'META' }

/**
 * Makes the first tenant, once per installation; later calls change nothing and give no secrets. Tenant and mark are one
 * transaction, so that a crash leaves neither or both and of two calls at once only one gets secrets.
 */
export const setUpInstallation = async (
  ctx: Context,
  counters: Counters,
  facts: { name: string; slug: string; email: string },
): Promise<({ created: true; tenantId: string } & FirstCredentials) | { created: false; tenantId: string }> => {
  const before = await ctx.main.get<{ tenantId: string }>(INSTALLATION)
  if (before) return { created: false, tenantId: before.tenantId }
  const at = isoTime(ctx.clock.nowMs())
  const mark = (tenantId: string): Write[] => [{ put: { ...INSTALLATION, tenantId, at }, condition: absent }]
  try {
    return { created: true, ...(await createTenant(ctx, counters, facts, mark)) }
  } catch (error) {
    const winner = await ctx.main.get<{ tenantId: string }>(INSTALLATION)
    if (!winner) throw error
    return { created: false, tenantId: winner.tenantId }
  }
}
