import { absent, type Key } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { tokenHash } from '#kit/crypto.ts'

/** Kinds of stored secret, each presented its own way. */
type StoredKind = 'adminToken' | 'deviceToken' | 'managerKey' | 'apiKey' | 'clientCredential' | 'matrixToken'

/** What a presented secret stands for. Stored under the secret's keyed hash; the secret itself is nowhere. */
export type Credential = {
  kind: StoredKind
  tenantId: string
  /** Id of the thing the secret belongs to: device, key, client. */
  refId: string
  deviceId?: string
  capabilities: string[]
  name?: string
  createdAt: string
  /** RFC 3339; compared in code. */
  expiresOn?: string
  disabled?: boolean
  /** RFC 3339, kept to the minute; API keys only. */
  lastUsedAt?: string
  lastUsedIp?: string
}

/** Where the credential with this hash is stored. */
export const credentialKey = (hash: string): Key => ({ pk: `KEY#${hash}`, sk: 'META' })

/** The write that stores a credential; it loses when the secret is in use already. */
export const credentialWrite = (hash: string, credential: Credential): Write => ({
  put: { ...credentialKey(hash), ...credential },
  condition: absent,
})

/** The write that removes a credential. */
export const removeCredentialWrite = (hash: string): Write => ({ remove: credentialKey(hash) })

/** A credential by the hash it is stored under, valid or not, without its key. */
export const findStoredCredential = async (ctx: Context, hash: string): Promise<Credential | undefined> => {
  const item = await ctx.main.get<Credential & Key>(credentialKey(hash))
  if (!item) return undefined
  const { pk: _pk, sk: _sk, ...credential } = item
  return credential
}

/** The credential a secret stands for, if it is valid now. */
export const findCredential = async (ctx: Context, secret: string): Promise<Credential | undefined> => {
  const credential = await ctx.main.get<Credential>(credentialKey(await tokenHash(secret)))
  if (!credential || credential.disabled) return undefined
  if (credential.expiresOn && Date.parse(credential.expiresOn) <= ctx.clock.nowMs()) return undefined
  return credential
}

/** Stores a new secret on its own; false when it is in use already. */
export const storeCredential = async (
  ctx: Context,
  secret: string,
  credential: Omit<Credential, 'createdAt'>,
): Promise<boolean> =>
  ctx.main.put(
    { ...credentialKey(await tokenHash(secret)), ...credential, createdAt: isoTime(ctx.clock.nowMs()) },
    { condition: absent },
  )
