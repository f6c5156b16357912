/** What a client credential may do at all: `super_admin` is the one that set-up made. */
export type ClientRole = 'super_admin' | 'admin' | 'user'

/** Everything a scope can allow, as resource, verb and target. */
const SCOPES = [
  'tokens:read:*',
  'tokens:write:create',
  'tokens:write:delete',
  'credentials:read:*',
  'credentials:write:*',
] as const

/** One right of a client credential. */
export type Scope = (typeof SCOPES)[number]

/** A client of the Guide API. Its secret is stored under its hash only. */
export type Client = {
  /** Internal id: a client that is made anew under an old name is another one. */
  uid: string
  tenantId: string
  clientId: string
  role: ClientRole
  scopes: string[]
  description: string
  active: boolean
  /** Hash of `client_id:client_secret`, under which the credential is stored. */
  secretHash: string
  /** Set when its deletion began: it counts for nothing any more. RFC 3339. */
  endedAt?: string
  createdAt: string
  updatedAt: string
}

/** A Matrix token: what a client works on devices and webhooks with. */
export type Token = {
  /** Per-tenant integer. */
  id: number
  tenantId: string
  clientId: string
  clientUid: string
  isAdmin: boolean
  /** Whose devices it sees. Tokens with `use_host` share the host's. */
  identity: string
  usesHost: boolean
  secretHash: string
  /** RFC 3339; compared in code. */
  expiresAt?: string
  createdAt: string
  updatedAt: string
}

const covers = (pattern: string, scope: string): boolean =>
  pattern === '*' || pattern === scope || (pattern.endsWith(':*') && scope.startsWith(pattern.slice(0, -1)))

const OWN_TOKENS: readonly Scope[] = ['tokens:read:*', 'tokens:write:create', 'tokens:write:delete']

/**
 * What a client may do. Its role is the most it can have; scopes narrow that down. A client without scopes, as one is made,
 * manages its own tokens.
 */
export const rightsOf = ({ role, scopes }: Pick<Client, 'role' | 'scopes'>): Scope[] => {
  if (role === 'super_admin') return [...SCOPES]
  const most = role === 'admin' ? SCOPES : OWN_TOKENS
  return scopes.length === 0 ? [...most] : most.filter((scope) => scopes.some((pattern) => covers(pattern, scope)))
}

/** Whether a client counts at the moment. */
export const isEffective = (client: Client): boolean => client.active && client.endedAt === undefined

/** Whether the time of a token is over. */
export const isExpired = ({ expiresAt }: Pick<Token, 'expiresAt'>, nowMs: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= nowMs
