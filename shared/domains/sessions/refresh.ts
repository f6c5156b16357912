import { randomBytes } from 'node:crypto'
import { absent, type Key } from '#data/expressions.ts'
import { ACCESS_TOKEN_SECONDS, signAccessToken } from '#kit/access-token.ts'
import type { Context } from '#kit/context.ts'
import { decryptAtRest, encryptAtRest, tokenHash } from '#kit/crypto.ts'
import { fail } from '#kit/errors.ts'
import { localeOf } from '../mail/model.ts'
import { type MailPort, queueMail } from '../mail/queue.ts'
import type { User } from '../users/model.ts'
import { findUserWithRole } from '../users/repo.ts'
import { endSocketsOfSession } from './end.ts'
import { ABSOLUTE_SECONDS, endFamily, findFamily, startFamily } from './family.ts'
import { sessionHolds } from './validity.ts'

/** A pair of tokens as CX shows it. */
export type Tokens = { accessToken: string; refreshToken: string; tokenType: 'Bearer'; expiresIn: number }

/** Seconds that a refresh token lives when it is not exchanged. */
export const SLIDING_SECONDS = 30 * 24 * 3600

/** Milliseconds in which the same refresh token answers the same successor again: two tabs refresh at once. */
const GRACE_MS = 20_000

type Stored = Key & {
  familyId: string
  tenantId: string
  userId: number
  fmt: 'cx' | 'ceox'
  expiresMs: number
  rotatedMs?: number
  /** The successor, encrypted, for the grace period. */
  successor?: string
}

const tokenKey = (hash: string): Key => ({ pk: `RT#${hash}`, sk: 'META' })

const issue = async (
  ctx: Context,
  user: User,
  family: { id: string; startedMs: number },
  fmt: 'cx' | 'ceox',
): Promise<Tokens> => {
  const nowMs = ctx.clock.nowMs()
  const refreshToken = randomBytes(32).toString('base64url')
  const expiresMs = Math.min(nowMs + SLIDING_SECONDS * 1000, family.startedMs + ABSOLUTE_SECONDS * 1000)
  const item: Stored = {
    ...tokenKey(await tokenHash(refreshToken)),
    familyId: family.id,
    tenantId: user.tenantId,
    userId: user.id,
    fmt,
    expiresMs,
  }
  await ctx.main.put({ ...item, expiresAt: Math.ceil(expiresMs / 1000) + 86_400 }, { condition: absent })
  const claims = { userId: user.id, org: user.tenantId, fmt, sid: family.id, ver: user.tokenVersion }
  return {
    accessToken: await signAccessToken(claims, nowMs),
    refreshToken,
    tokenType: 'Bearer',
    expiresIn: ACCESS_TOKEN_SECONDS,
  }
}

/** Starts a session for a user who has proved who he is. */
export const startSession = async (ctx: Context, user: User, fmt: 'cx' | 'ceox'): Promise<Tokens> =>
  issue(ctx, user, await startFamily(ctx, user), fmt)

/**
 * Exchanges a refresh token for a new pair. A token that was exchanged before ends its whole family and its user is told by
 * mail, because somebody else has a copy; within the grace period it answers the same successor. Throws
 * `invalid_refresh_token` and `refresh_reuse_detected`.
 */
export const refreshSession = async (ctx: Context, port: MailPort, refreshToken: string): Promise<Tokens> => {
  const nowMs = ctx.clock.nowMs()
  const key = tokenKey(await tokenHash(refreshToken))
  const stored = await ctx.main.get<Stored>(key)
  const family = stored && (await findFamily(ctx, stored.familyId))
  if (!stored || !family || family.revoked || stored.expiresMs <= nowMs) throw fail('invalid_refresh_token')
  const user = (await findUserWithRole(ctx, stored.tenantId, stored.userId))?.user
  if (!user || !sessionHolds(user, { id: stored.familyId, ver: family.ver })) throw fail('invalid_refresh_token')
  if (stored.rotatedMs !== undefined) return repeatOrEnd(ctx, port, stored, user)
  const tokens = await issue(ctx, user, { id: stored.familyId, startedMs: family.startedMs }, stored.fmt)
  const outcome = await ctx.main.update<Stored>(key, {
    set: { rotatedMs: nowMs, successor: await encryptAtRest(JSON.stringify(tokens), stored.familyId) },
    condition: { text: 'attribute_exists(#pk) AND attribute_not_exists(#rotatedMs)' },
    returns: 'none',
  })
  if ('item' in outcome) return tokens
  if (!outcome.lost) throw fail('invalid_refresh_token')
  return repeatOrEnd(ctx, port, outcome.lost, user)
}

const repeatOrEnd = async (ctx: Context, port: MailPort, stored: Stored, user: User): Promise<Tokens> => {
  if (stored.successor && ctx.clock.nowMs() - (stored.rotatedMs ?? 0) <= GRACE_MS) {
    return JSON.parse(await decryptAtRest(stored.successor, stored.familyId)) as Tokens
  }
  await endFamily(ctx, stored.familyId, true)
  await endSocketsOfSession(ctx, stored.tenantId, stored.familyId)
  ctx.log.warn('refresh token reused: family ended', { family: stored.familyId })
  const letter = { to: user.email, locale: localeOf(user.locale), content: { kind: 'sessionsEnded' } } as const
  await queueMail(ctx, port, { id: `reuse-${stored.familyId}`, letter })
  throw fail('refresh_reuse_detected')
}

/** Ends the session a refresh token belongs to, with what listens in it; a token that nobody knows ends nothing. */
export const endSession = async (ctx: Context, refreshToken: string): Promise<void> => {
  const stored = await ctx.main.get<Stored>(tokenKey(await tokenHash(refreshToken)))
  if (!stored) return
  await endFamily(ctx, stored.familyId)
  await endSocketsOfSession(ctx, stored.tenantId, stored.familyId)
}
