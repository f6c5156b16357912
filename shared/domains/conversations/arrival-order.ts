import { LRUCache } from 'lru-cache'
import type { Context } from '#kit/context.ts'

/** A message as it arrived: when WhatsApp says it was sent, to the second, when it is here, and whether it waited for us. */
type Arrival = { sentAtMs: number; nowMs: number; offline: boolean }

const LAST_OF_SECOND = 999

/**
 * Where in its second a message that is here only after it has its place: behind what was sent from here in that second; what
 * waited while the device was away comes first of all.
 */
const LATE_MS = 900

/** Where a conversation is. */
type Ref = { tenantId: string; conversationId: number }

/** The newest place of what came in a conversation that is stored, from a time on; undefined where nothing came since. */
type NewestStored = (ctx: Context, ref: Ref, fromMs: number) => Promise<number | undefined>

/** What the store said of a conversation: the newest place, and until when it knew of all that others had placed. */
type Stored = { untilMs: number; newest: Promise<number | undefined> }

const isIn = (second: number, place: number | undefined): boolean =>
  place !== undefined && place >= second && place <= second + LAST_OF_SECOND

/**
 * Gives each message of a conversation its place in time, in milliseconds. WhatsApp tells the second only; inside it messages keep the
 * order in which they arrived, also when many of one second come at once, long after it.
 *
 * Of what waited while the device was away another process may have placed a part, and gone: the store is asked where that ended,
 * once for all that waited in a conversation. What comes in time needs no asking, for the clock is behind whatever was placed before.
 */
export const makeArrivalOrder = (newestStored: NewestStored) => {
  const latest = new LRUCache<string, number>({ max: 20_000 })
  const asked = new LRUCache<string, Stored>({ max: 20_000 })

  const storedBefore = (ctx: Context, key: string, ref: Ref, { sentAtMs, nowMs }: Arrival): Stored['newest'] => {
    const known = asked.get(key)
    if (known && sentAtMs <= known.untilMs) return known.newest
    const newest = newestStored(ctx, ref, sentAtMs)
    asked.set(key, { untilMs: nowMs, newest })
    // A failed look must not be remembered.
    newest.catch(() => {
      if (asked.get(key)?.newest === newest) asked.delete(key)
    })
    return newest
  }

  return async (ctx: Context, ref: Ref, arrival: Arrival): Promise<number> => {
    const { sentAtMs, nowMs, offline } = arrival
    const key = `${ref.tenantId}#${ref.conversationId}`
    const isNow = nowMs >= sentAtMs && nowMs < sentAtMs + 1000
    const stored = offline && !isNow ? await storedBefore(ctx, key, ref, arrival) : undefined
    const before = [latest.get(key), stored].filter((place): place is number => isIn(sentAtMs, place))
    const wanted = isNow ? nowMs : offline ? sentAtMs : sentAtMs + LATE_MS
    const behind = Math.max(wanted, ...before.map((place) => place + 1))
    const at = Math.min(behind, sentAtMs + LAST_OF_SECOND)
    latest.set(key, at)
    return at
  }
}
