import { absent, type Key } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'

/** An organisation: the border of everything. */
export type Tenant = {
  id: string
  /** Public integer of the organisation. */
  clientId: number
  name: string
  slug: string
  plan: 'FREE' | 'STARTER' | 'PROFESSIONAL' | 'ENTERPRISE'
  status: 'ACTIVE' | 'SUSPENDED' | 'CANCELLED'
  suspendedReason: string | null
  timezone: string
  locale: string
  country: string | null
  logoUrl: string | null
  onboardingCompletedAt: string | null
  simulated: boolean
  /** Parts of its lists of conversations and contacts. It may grow; then old entries stay where they are. */
  listShards?: number
  createdAt: string
  updatedAt: string
}

const tenantKey = (id: string): Key => ({ pk: `O#${id}`, sk: 'META' })

/** The writes that create a tenant and take its slug. */
export const createTenantWrites = (tenant: Tenant): Write[] => [
  { put: { ...tenantKey(tenant.id), ...tenant, gsi1pk: 'TL', gsi1sk: tenant.id }, condition: absent },
  { put: { pk: `SLUG#${tenant.slug}`, sk: 'META', tenantId: tenant.id }, condition: absent },
]

/** A tenant. Throws `not_found`. */
export const getTenant = async (ctx: Context, id: string): Promise<Tenant> => {
  const tenant = await ctx.main.get<Tenant>(tenantKey(id))
  if (!tenant) throw fail('not_found')
  return tenant
}

/** How many parts the lists of a tenant have. */
export const listShardsOf = async (ctx: Context, id: string): Promise<number> => {
  const tenant = await ctx.main.get<Pick<Tenant, 'listShards'>>(tenantKey(id), {
    fields: ['listShards'],
    consistent: false,
  })
  return tenant?.listShards ?? 1
}
