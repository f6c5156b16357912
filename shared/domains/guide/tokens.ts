import { randomBytes } from 'node:crypto'
import type { Counters } from '#data/counters.ts'
import { absent, type Condition, type Key } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import type { Actor } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { tokenHash } from '#kit/crypto.ts'
import { fail } from '#kit/errors.ts'
import { randomSecret } from '#kit/ids.ts'
import { readNumber } from '#kit/number-id.ts'
import { auditWrite } from '../audit/log.ts'
import { credentialWrite } from '../credentials/repo.ts'
import { clientKey, hostKey, tokenKey } from './keys.ts'
import type { Client, Token } from './model.ts'

const listOf = ({ tenantId, uid }: Pick<Client, 'tenantId' | 'uid'>): string => `GTKL#${tenantId}#${uid}`

/** The identity that tokens with `use_host` share, and the token that is its admin, while there is one. */
type Host = { identity: string; adminTokenId?: number }

/** What an identity is called, 16 hexadecimal digits: the local part of its Matrix user id. */
const newIdentity = (): string => randomBytes(8).toString('hex')

/** A token as the audit log names what was done to it. */
export const auditedToken = ({ id }: Pick<Token, 'id'>) => ({ kind: 'matrixToken', id: String(id) })

/** What a token is made for. */
export type TokenWish = { usesHost: boolean; expiresAt?: string }

/** Whether the new token becomes admin, whose devices it sees, and the write that makes sure of both. */
const place = (tenantId: string, host: Host | undefined, id: number, usesHost: boolean) => {
  const key = hostKey(tenantId)
  if (!host) {
    if (usesHost) {
      const message = 'there is no host identity yet: create the first token with use_host false'
      throw fail('validation_failed', { details: [{ path: 'use_host', message }] })
    }
    const identity = newIdentity()
    const write: Write = { put: { ...key, tenantId, identity, adminTokenId: id }, condition: absent }
    return { isAdmin: true, identity, writes: [write] }
  }
  if (!usesHost) return { isAdmin: false, identity: newIdentity(), writes: [] }
  if (host.adminTokenId !== undefined) return { isAdmin: false, identity: host.identity, writes: [] }
  const vacant: Condition = { text: 'attribute_not_exists(#adminTokenId)' }
  const write: Write = { update: key, set: { adminTokenId: id }, condition: vacant }
  return { isAdmin: true, identity: host.identity, writes: [write] }
}

/**
 * Makes a token of a client; its secret is known here and never again. The tenant's first token is the admin and makes the host
 * identity. Throws `validation_failed` for `use_host` while there is no host, and `unauthenticated` when the client ended meanwhile.
 */
export const createToken = async (
  ctx: Context,
  counters: Counters,
  actor: Pick<Actor, 'tenantId' | 'kind' | 'id'>,
  { tenantId, clientId, uid }: Pick<Client, 'tenantId' | 'clientId' | 'uid'>,
  { usesHost, expiresAt }: TokenWish,
): Promise<{ token: Token; secret: string }> => {
  const secret = `mt_${randomSecret()}`
  const secretHash = await tokenHash(secret)
  const id = await counters(tenantId, 'token', 1)
  const createdAt = isoTime(ctx.clock.nowMs())
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const host = await ctx.main.get<Host>(hostKey(tenantId))
    const { writes, ...given } = place(tenantId, host, id, usesHost)
    const facts = { id, tenantId, clientId, clientUid: uid, usesHost, secretHash, expiresAt }
    const token: Token = { ...facts, ...given, createdAt, updatedAt: createdAt }
    const listed = { gsi1pk: listOf({ tenantId, uid }), gsi1sk: String(id).padStart(10, '0') }
    const refId = String(id)
    const credential = { kind: 'matrixToken' as const, tenantId, refId, capabilities: [], createdAt }
    const outcome = await ctx.main.transact([
      { check: clientKey(tenantId, clientId), condition: effective(uid) },
      { put: { ...tokenKey(tenantId, id), ...listed, ...token }, condition: absent },
      credentialWrite(secretHash, { ...credential, expiresOn: expiresAt }),
      auditWrite(ctx, actor, {
        action: 'matrix_token.created',
        subject: auditedToken(token),
        facts: { clientId, usesHost, expiresAt },
      }),
      ...writes,
    ])
    if (outcome.ok) return { token, secret }
    if (outcome.lost.includes(0)) throw fail('unauthenticated')
    // Another token became the first one at the same time: this one looks again at who is host.
  }
  throw fail('try_again')
}

const effective = (uid: string): Condition => ({
  text: '#uid = :uid AND #active = :yes AND attribute_not_exists(#endedAt)',
  values: { uid, yes: true },
})

/** A token of a tenant by its number. */
export const findToken = async (ctx: Context, tenantId: string, id: string): Promise<Token | undefined> => {
  const number = readNumber(id)
  return number === undefined ? undefined : ctx.main.get<Token>(tokenKey(tenantId, number))
}

/** The tokens that a client made, in their order. */
export const listTokens = async (ctx: Context, client: Pick<Client, 'tenantId' | 'uid'>): Promise<Token[]> => {
  const keys: Key[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Key>({ pk: listOf(client), index: 'gsi1', startKey })
    keys.push(...page.items)
    startKey = page.next
  } while (startKey)
  const tokens = await ctx.main.getMany<Token>(keys.map(({ pk, sk }) => ({ pk, sk })))
  return tokens.sort((a, b) => a.id - b.id)
}
