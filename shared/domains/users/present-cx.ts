import { z } from 'zod'
import type { Tenant } from '../tenants/repo.ts'
import { type Role, roleWord, type User } from './model.ts'

const id = z.string()
const time = z.string()

/** A user as CX shows it. */
export const cxUser = z
  .object({
    id,
    email: z.string(),
    name: z.string(),
    role: z.enum(['SUPER_ADMIN', 'ADMIN', 'AGENT']),
    roleId: id.nullable(),
    roleName: z.string(),
    state: z.enum(['INVITED', 'ACTIVE', 'DEACTIVATED']),
    status: z.enum(['ONLINE', 'IDLE', 'OFFLINE']),
    lastSeenAt: time.nullable(),
    avatarUrl: z.string().nullable(),
    teams: z.array(z.object({ id, name: z.string(), role: z.enum(['MEMBER', 'LEAD']) })),
    inboxIds: z.array(id),
    openConversations: z.number().int(),
    maxConversations: z.number().int().nullable(),
    hasPassword: z.boolean(),
    invitedAt: time.nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'CxUser' })

/** An organisation as CX shows it. */
export const cxOrganization = z
  .object({
    id,
    clientId: z.number().int(),
    name: z.string(),
    slug: z.string(),
    plan: z.enum(['FREE', 'STARTER', 'PROFESSIONAL', 'ENTERPRISE']),
    status: z.enum(['ACTIVE', 'SUSPENDED', 'CANCELLED']),
    suspendedReason: z.string().nullable(),
    timezone: z.string(),
    locale: z.string(),
    country: z.string().nullable(),
    logoUrl: z.string().nullable(),
    onboardingCompletedAt: time.nullable(),
    simulated: z.boolean(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'CxOrganization' })

/** A token pair as CX shows it. */
export const cxTokens = z
  .object({
    accessToken: z.string(),
    refreshToken: z.string(),
    tokenType: z.literal('Bearer'),
    expiresIn: z.number().int(),
  })
  .meta({ id: 'CxTokens' })

/** Shapes a user for CX; ids are decimal strings there. */
export const presentUser = (user: User, role: Role): z.infer<typeof cxUser> => ({
  id: String(user.id),
  email: user.email,
  name: user.name,
  role: roleWord(role),
  roleId: String(role.id),
  roleName: role.name,
  state: user.state,
  status: user.presence,
  lastSeenAt: user.lastSeenAt ?? null,
  avatarUrl: null,
  teams: [],
  inboxIds: user.inboxIds.map(String),
  openConversations: 0,
  maxConversations: null,
  hasPassword: user.passwordHash !== undefined,
  invitedAt: user.invitedAt ?? null,
  createdAt: user.createdAt,
  updatedAt: user.updatedAt,
})

/** Shapes an organisation for CX. */
export const presentOrganization = (tenant: Tenant): z.infer<typeof cxOrganization> => cxOrganization.parse(tenant)
