/** The kinds of credential the documents know, and `none` for public operations. */
export type CredentialKind =
  | 'none'
  | 'adminToken' // DIGIGO admin: raw Authorization
  | 'deviceToken' // DIGIGO user: header `token`
  | 'sessionToken' // Manager operations 1-8: the session token in body or query
  | 'managerKey' // header `apikey`
  | 'apiKey' // `Authorization: ceox_…` (or Bearer on CX paths)
  | 'userToken' // `Authorization: Bearer <jwt>`
  | 'clientCredential' // Basic
  | 'matrixToken' // `Bearer mt_…`

/**
 * Who asks, as every operation sees it. All reads and writes are scoped by `tenantId`; `deviceId` is set when the
 * credential stands for one device only; `inboxIds` limits what a user sees and `identity` what a Guide token sees (undefined:
 * everything).
 */
export type Actor = {
  kind: CredentialKind
  tenantId: string
  id: string
  capabilities: readonly string[]
  deviceId?: string
  inboxIds?: readonly number[]
  /** Only devices of this identity, when the credential is a token of the Guide's. */
  identity?: string
  /** The sign-in that a user's token belongs to. */
  sessionId?: string
  /** The keyed hash of the device token that was presented: what replaces the token replaces this one only. */
  tokenHash?: string
  /** When the credential's time is over, RFC 3339; undefined for one that has no end of its own. */
  expiresOn?: string
}

/** The actor of operations without credential: it owns nothing. */
export const anonymous: Actor = { kind: 'none', tenantId: '', id: 'anonymous', capabilities: [] }

/** Whether the actor holds a capability; `*` stands for all of them. */
export const can = (actor: Actor, capability: string): boolean =>
  actor.capabilities.includes('*') || actor.capabilities.includes(capability)

/** The user behind a request, by the tenant's integer; undefined for every other credential. */
export const userIdOf = (actor: Actor): number | undefined =>
  actor.kind === 'userToken' ? Number(actor.id) : undefined
