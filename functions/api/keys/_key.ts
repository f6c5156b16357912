import { z } from 'zod'
import type { ApiKey } from '#domains/credentials/api-keys.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'

const LONGEST_MS = 2 * 366 * 86_400_000

/** An API key as CX shows it. */
export const cxApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe('The first characters of the key'),
    lastFour: z.string(),
    capabilities: z.array(z.string()),
    enabled: z.boolean(),
    expiresAt: z.string().nullable(),
    lastUsedAt: z.string().nullable().describe('Kept to the minute'),
    lastUsedIp: z.string().nullable(),
    createdBy: z.object({ id: z.string(), name: z.string(), avatarUrl: z.string().nullable() }),
    createdAt: z.string(),
  })
  .meta({ id: 'CxApiKey' })

/** What a key is called. */
export const keyName = z.string().trim().min(1).max(60)

/** What a key may do. */
export const keyCapabilities = z.array(z.string().max(60)).max(30).describe("Some of the caller's own capabilities")

/** When a key stops working. */
export const keyExpiry = z.iso.datetime({ offset: true }).describe('In the future, two years ahead at most')

/** A given expiry as it is stored. Throws `validation_failed` for one that is over, or too far ahead. */
export const expiryOf = (ctx: Context, expiresAt: string): string => {
  const atMs = Date.parse(expiresAt)
  const aheadMs = atMs - ctx.clock.nowMs()
  const message = aheadMs <= 0 ? 'is in the future' : aheadMs > LONGEST_MS && 'is two years ahead at most'
  if (message) throw fail('validation_failed', { details: [{ path: 'expiresAt', message }] })
  return isoTime(atMs)
}

/** Shapes a key for CX. */
export const presentApiKey = (key: ApiKey): z.infer<typeof cxApiKey> => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  lastFour: key.lastFour,
  capabilities: key.capabilities,
  enabled: key.enabled,
  expiresAt: key.expiresOn ?? null,
  lastUsedAt: key.lastUsedAt ?? null,
  lastUsedIp: key.lastUsedIp ?? null,
  createdBy: { id: String(key.createdBy.id), name: key.createdBy.name, avatarUrl: null },
  createdAt: key.createdAt,
})
