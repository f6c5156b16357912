import { absent, type Key } from '#data/expressions.ts'
import { ttlIn } from '#data/schema.ts'
import type { Context } from '#kit/context.ts'
import { tokenHash } from '#kit/crypto.ts'
import { fail } from '#kit/errors.ts'
import { normalEmail } from '../users/model.ts'

/** Failed logins of one address after which it has to wait; the wait doubles from 1 to 300 seconds. */
const FREE_FAILURES = 3
const LONGEST_WAIT_SECONDS = 300
const FAILURES_PER_IP_AND_HOUR = 50

const HOUR_MS = 3_600_000

type Throttle = Key & { failures: number; lastMs: number }

const ipKey = (ip: string, nowMs: number): Key => ({ pk: `LOGINIP#${ip}`, sk: String(Math.floor(nowMs / HOUR_MS)) })

/** Seconds an account waits after so many failures. */
export const waitSeconds = (failures: number): number =>
  failures <= FREE_FAILURES ? 0 : Math.min(2 ** (failures - FREE_FAILURES - 1), LONGEST_WAIT_SECONDS)

const retryAfter = (waitMs: number) => ({ data: { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) } })

const tooMany = (waitMs: number) => fail('too_many_attempts', retryAfter(waitMs))

const restOfHour = (nowMs: number): number => HOUR_MS - (nowMs % HOUR_MS)

/** A guess that was counted as a failure before it is known to be one. `forgive` takes that back, because it was right. */
export type Attempt = { forgive: () => Promise<void> }

/** Counts a guess of an IP address, as a failure. Throws `too_many_attempts` from the fifty-first of an hour on. */
export const countIp = async (ctx: Context, ip: string): Promise<Attempt> => {
  const nowMs = ctx.clock.nowMs()
  const key = ipKey(ip, nowMs)
  const counted = await ctx.main.update<Throttle>(key, {
    add: { failures: 1 },
    set: { expiresAt: ttlIn(7200, nowMs) },
  })
  if ('item' in counted && counted.item.failures > FAILURES_PER_IP_AND_HOUR) throw tooMany(restOfHour(nowMs))
  return { forgive: async () => void (await ctx.main.update(key, { add: { failures: -1 }, returns: 'none' })) }
}

/**
 * Counts a guess of a password before it is checked: guesses sent at the same moment then wait for each other as guesses in a
 * row do. Throws `too_many_attempts` while the e-mail address or the IP address has to wait.
 */
export const countAttempt = async (ctx: Context, login: { email: string; ip: string }): Promise<Attempt> => {
  const nowMs = ctx.clock.nowMs()
  const account: Key = { pk: `LOGIN#${await tokenHash(normalEmail(login.email))}`, sk: 'META' }
  const byIp = await countIp(ctx, login.ip)
  for (let turn = 0; turn < 10; turn += 1) {
    const seen = await ctx.main.get<Throttle>(account)
    const endMs = seen ? seen.lastMs + waitSeconds(seen.failures) * 1000 : 0
    if (endMs > nowMs) throw tooMany(endMs - nowMs)
    const outcome = await ctx.main.update(account, {
      set: { failures: (seen?.failures ?? 0) + 1, lastMs: nowMs, expiresAt: ttlIn(86_400, nowMs) },
      condition: seen ? { text: '#failures = :seen', values: { seen: seen.failures } } : absent,
      returns: 'none',
    })
    if ('item' in outcome)
      return { forgive: async () => void (await Promise.all([ctx.main.remove(account), byIp.forgive()])) }
  }
  throw tooMany(1000)
}

type Asked = Key & { times: number[]; version: number }

/** What is asked for at most so often: at most `perHour` times in any hour, and not again within `everyMs`. */
type Pace = { perHour: number; everyMs: number }

/** Milliseconds until it may be asked for again. */
const waitMs = (times: number[], { perHour, everyMs }: Pace, nowMs: number): number => {
  const last = times.at(-1)
  const sinceLast = last === undefined ? 0 : last + everyMs - nowMs
  const oldest = times.length >= perHour ? times.at(-perHour) : undefined
  return Math.max(0, sinceLast, oldest === undefined ? 0 : oldest + HOUR_MS - nowMs)
}

/** Notes that something was asked for under a name. Throws `rate_limited` when that was too often. */
export const keepPace = async (ctx: Context, name: string, pace: Pace): Promise<void> => {
  const nowMs = ctx.clock.nowMs()
  const key: Key = { pk: `PACE#${name}`, sk: 'META' }
  for (let turn = 0; turn < 10; turn += 1) {
    const seen = await ctx.main.get<Asked>(key)
    const times = (seen?.times ?? []).filter((time) => time > nowMs - HOUR_MS)
    const wait = waitMs(times, pace, nowMs)
    if (wait > 0) throw fail('rate_limited', retryAfter(wait))
    const outcome = await ctx.main.update(key, {
      set: { times: [...times, nowMs], version: (seen?.version ?? 0) + 1, expiresAt: ttlIn(7200, nowMs) },
      condition: seen ? { text: '#version = :seen', values: { seen: seen.version } } : absent,
      returns: 'none',
    })
    if ('item' in outcome) return
  }
  throw fail('rate_limited', retryAfter(1000))
}
