import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { tokenHash } from '#kit/crypto.ts'
import { type Credential, credentialKey } from './repo.ts'

/** Milliseconds within which further uses of a key are not noted. */
const NOTED_EVERY_MS = 60_000

/**
 * Notes that an API key was used now from this address, once a minute at most. A note that fails is only logged: the request
 * goes on.
 */
export const noteUse = async (ctx: Context, secret: string, seen: Credential, ip: string): Promise<void> => {
  const nowMs = ctx.clock.nowMs()
  const before = isoTime(nowMs - NOTED_EVERY_MS)
  if (seen.lastUsedAt !== undefined && seen.lastUsedAt > before) return
  try {
    await ctx.main.update(credentialKey(await tokenHash(secret)), {
      set: { lastUsedAt: isoTime(nowMs), lastUsedIp: ip },
      // A key that was deleted meanwhile must not come back as a stub.
      condition: {
        text: 'attribute_exists(#pk) AND (attribute_not_exists(#lastUsedAt) OR #lastUsedAt <= :before)',
        values: { before },
      },
      returns: 'none',
    })
  } catch (error) {
    ctx.log.warn('the use of a key could not be noted', { keyId: seen.refId, error: String(error) })
  }
}
