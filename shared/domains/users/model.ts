/** The capabilities that CEOX knows: its roles show and replace these only. */
export const CEOX_CAPABILITIES = [
  'chats.send',
  'broadcasts.manage',
  'contacts.write',
  'devices.manage',
  'analytics.view',
  'team.manage',
  'inbox.manage',
  'inbox.view_all',
] as const

/** Every capability a role can hold: CEOX's eight, then the ones that CX needs. */
export const CAPABILITIES = [
  ...CEOX_CAPABILITIES,
  'settings.manage',
  'bot.manage',
  'templates.manage',
  'integrations.manage',
  'billing.manage',
  'keys.manage',
  'messages.recover',
] as const

/** A named set of capabilities. System roles cannot be renamed or deleted. */
export type Role = {
  /** Per-tenant integer. */
  id: number
  tenantId: string
  name: string
  system: boolean
  capabilities: string[]
  /** Users who have it, but for deactivated ones; written with each of them. */
  userCount?: number
  createdAt: string
  updatedAt?: string
}

/** A person of a tenant. */
export type User = {
  /** Per-tenant integer. */
  id: number
  tenantId: string
  email: string
  name: string
  roleId: number
  state: 'INVITED' | 'ACTIVE' | 'DEACTIVATED'
  presence: 'ONLINE' | 'IDLE' | 'OFFLINE'
  inboxIds: number[]
  passwordHash?: string
  /** Access tokens carry it; raising it ends them all. */
  tokenVersion: number
  /** The session that outlived the raise of `tokenVersion` to `ver`: the one in which the password was changed. */
  keptSession?: { id: string; ver: number }
  /** IANA name; the organisation's zone counts where it is absent. */
  timezone?: string
  /** Language of mails. */
  locale?: string
  lastSeenAt?: string
  invitedAt?: string
  createdAt: string
  updatedAt: string
}

/** What lets somebody manage users and roles. A tenant always has an active user who holds it. */
export const TEAM_MANAGE = 'team.manage'

/** Whether a user of this role may manage the team. */
export const managesTeam = (role: Pick<Role, 'capabilities'> | undefined): boolean =>
  role?.capabilities.includes(TEAM_MANAGE) === true

/** CX's role word of a role. */
export const roleWord = (role: Pick<Role, 'capabilities'>): 'ADMIN' | 'AGENT' =>
  role.capabilities.includes('team.manage') && role.capabilities.includes('settings.manage') ? 'ADMIN' : 'AGENT'

/** Addresses are compared without case. */
export const normalEmail = (email: string): string => email.trim().toLowerCase()
