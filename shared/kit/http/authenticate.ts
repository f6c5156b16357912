import { LRUCache } from 'lru-cache'
import { type Credential, findCredential } from '#domains/credentials/repo.ts'
import { noteUse } from '#domains/credentials/use.ts'
import { clientActor, tokenActor } from '#domains/guide/actor.ts'
import { sessionEnded } from '#domains/sessions/family.ts'
import { sessionHolds } from '#domains/sessions/validity.ts'
import { findUserWithRole } from '#domains/users/repo.ts'
import { formatOf, verifyAccessToken } from '../access-token.ts'
import { type Actor, anonymous, type CredentialKind } from '../actor.ts'
import type { Context } from '../context.ts'
import { tokenHash } from '../crypto.ts'
import { fail } from '../errors.ts'
import { lazy } from '../lazy.ts'
import { type HttpRequest, sessionTokenOf } from './request.ts'

/**
 * A secret as it came with a request, and which kind its place and form say it is. `document` says whose client sent it where
 * CEOX and CX accept the same kind: a raw key is CEOX's form and one behind `Bearer` CX's; a user's token carries its own.
 */
export type Presented = { kind: Exclude<CredentialKind, 'none'>; secret: string; document?: 'ceox' | 'cx' }

/** Every credential a request carries; the documents' headers do not exclude each other. */
export const presentedCredentials = (request: HttpRequest): Presented[] => {
  const { authorization, token, apikey } = request.headers
  const sessionToken = sessionTokenOf(request)
  return [
    authorization ? fromAuthorization(authorization) : undefined,
    token ? ({ kind: 'deviceToken', secret: token } as const) : undefined,
    apikey ? ({ kind: 'managerKey', secret: apikey } as const) : undefined,
    sessionToken ? ({ kind: 'sessionToken', secret: sessionToken } as const) : undefined,
  ].filter((presented) => presented !== undefined)
}

const fromAuthorization = (header: string): Presented => {
  const [, scheme, rest] = /^(basic|bearer)\s+(\S+)$/i.exec(header) ?? []
  if (!scheme || !rest) {
    return header.startsWith('ceox_')
      ? { kind: 'apiKey', secret: header, document: 'ceox' }
      : { kind: 'adminToken', secret: header }
  }
  if (scheme.toLowerCase() === 'basic')
    return { kind: 'clientCredential', secret: Buffer.from(rest, 'base64').toString('utf8') }
  if (rest.startsWith('ceox_')) return { kind: 'apiKey', secret: rest, document: 'cx' }
  if (rest.startsWith('mt_')) return { kind: 'matrixToken', secret: rest }
  return { kind: 'userToken', secret: rest, document: formatOf(rest) }
}

/** Wrong secrets an address may present in a minute before it has to wait. Right ones are not counted. */
const WRONG_PER_MINUTE = 600

const wrongByIp = lazy(() => new LRUCache<string, { count: number }>({ max: 10_000, ttl: 60_000 }))

/**
 * The actor behind the first presented credential that `accepted` allows. Throws `unauthenticated` when there is none or it
 * is wrong, and `too_many_attempts` when an address keeps guessing.
 */
export const authenticate = async (
  ctx: Context,
  request: HttpRequest,
  accepted: readonly CredentialKind[],
): Promise<Actor> => {
  const presented = presentedCredentials(request).filter(({ kind }) => accepted.includes(kind))
  if (presented.length === 0) {
    if (accepted.includes('none')) return anonymous
    throw fail('unauthenticated')
  }
  if ((wrongByIp().get(request.ip)?.count ?? 0) >= WRONG_PER_MINUTE) {
    const retryAfterSeconds = Math.ceil(wrongByIp().getRemainingTTL(request.ip) / 1000)
    throw fail('too_many_attempts', { data: { retryAfterSeconds } })
  }
  for (const one of presented) {
    const actor = await actorOf(ctx, one, request.ip)
    if (actor) return actor
  }
  const wrong = wrongByIp().get(request.ip) ?? { count: 0 }
  wrong.count += 1
  wrongByIp().set(request.ip, wrong, { noUpdateTTL: true })
  throw fail('unauthenticated')
}

const actorOf = async (ctx: Context, { kind, secret }: Presented, ip: string): Promise<Actor | undefined> => {
  if (kind === 'userToken') return userActor(ctx, secret)
  const credential = await findCredential(ctx, secret)
  // A session token in a body is the device's own token; every other secret counts only in its own place.
  const stored = kind === 'sessionToken' ? 'deviceToken' : kind
  if (credential?.kind !== stored) return undefined
  if (kind === 'apiKey') await noteUse(ctx, secret, credential, ip)
  if (kind === 'clientCredential') return clientActor(ctx, credential)
  if (kind === 'matrixToken') return tokenActor(ctx, credential)
  const actor = storedActor(kind, credential)
  return kind === 'deviceToken' ? { ...actor, tokenHash: await tokenHash(secret) } : actor
}

const storedActor = (kind: CredentialKind, credential: Credential): Actor => ({
  kind,
  tenantId: credential.tenantId,
  id: credential.refId,
  capabilities: credential.capabilities,
  deviceId: credential.deviceId,
  expiresOn: credential.expiresOn,
})

const userActor = async (ctx: Context, token: string): Promise<Actor | undefined> => {
  const claims = await verifyAccessToken(token, ctx.clock.nowMs())
  if (!claims) return undefined
  const [found, ended] = await Promise.all([
    findUserWithRole(ctx, claims.org, claims.userId),
    sessionEnded(ctx, claims.sid),
  ])
  if (!found) return undefined
  const { user, role } = found
  if (!sessionHolds(user, { id: claims.sid, ver: claims.ver }) || ended) return undefined
  const seesAll = role.capabilities.includes('inbox.view_all')
  return {
    kind: 'userToken',
    tenantId: user.tenantId,
    id: String(user.id),
    capabilities: role.capabilities,
    inboxIds: seesAll ? undefined : user.inboxIds,
    sessionId: claims.sid,
  }
}
