import { absent, type Key } from '#data/expressions.ts'
import { ttlIn } from '#data/schema.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'

/** Seconds for which an id that a caller chose names one message. */
const KEPT_SECONDS = 30 * 24 * 3600

type Claim = { digest: string }

const claimKey = (deviceId: string, messageId: string): Key => ({ pk: `D#${deviceId}`, sk: `MID#${messageId}` })

const compare = (claim: Claim, digest: string): void => {
  if (claim.digest === digest) return
  throw fail('conflict', { message: 'The message id was used before for another message.' })
}

/** Whether a caller's message id was used before for the same message. Throws `conflict` when it was for another one. */
export const isRepeated = async (
  ctx: Context,
  deviceId: string,
  messageId: string,
  digest: string,
): Promise<boolean> => {
  const claim = await ctx.main.get<Claim>(claimKey(deviceId, messageId))
  if (claim) compare(claim, digest)
  return claim !== undefined
}

/** Takes a caller's message id for a message; true when it was taken before for the same one. Throws `conflict`. */
export const claimMessageId = async (
  ctx: Context,
  deviceId: string,
  messageId: string,
  digest: string,
): Promise<boolean> => {
  const key = claimKey(deviceId, messageId)
  const item = { ...key, digest, expiresAt: ttlIn(KEPT_SECONDS, ctx.clock.nowMs()) }
  if (await ctx.main.put(item, { condition: absent })) return false
  return isRepeated(ctx, deviceId, messageId, digest)
}
