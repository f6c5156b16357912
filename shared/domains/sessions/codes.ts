import { randomInt, timingSafeEqual } from 'node:crypto'
import type { Key } from '#data/expressions.ts'
import { ttlIn } from '#data/schema.ts'
import type { Context } from '#kit/context.ts'
import { tokenHash } from '#kit/crypto.ts'
import { fail } from '#kit/errors.ts'
import { newId } from '#kit/ids.ts'
import { localeOf } from '../mail/model.ts'
import { type MailPort, queueMail } from '../mail/queue.ts'
import { normalEmail, type User } from '../users/model.ts'
import { activeUsers } from './login.ts'
import { countIp, keepPace } from './throttle.ts'

const LIVE_MINUTES = 10
const TRIES = 5

/** How often a code may be asked for. */
const PER_ADDRESS = { perHour: 5, everyMs: 60_000 }
const PER_IP = { perHour: 30, everyMs: 0 }

/** The one live code of an address. It is there for unknown addresses as well, whose code nobody is told. */
type Code = Key & { codeHash: string; expiresMs: number; tries: number; used?: boolean }

const codeKey = (emailHash: string): Key => ({ pk: `CODE#${emailHash}`, sk: 'META' })

/** Bound to the address, so that equal codes of two addresses are stored differently. */
const hashOf = (emailHash: string, code: string): Promise<string> => tokenHash(`code:${emailHash}:${code}`)

/**
 * Makes a new code for an address, which replaces the one before, and mails it when the address is a user's. Known and unknown
 * addresses take the same steps, down to the message on the queue. Throws `rate_limited`.
 */
export const requestCode = async (
  ctx: Context,
  port: MailPort,
  request: { email: string; ip: string },
): Promise<void> => {
  const email = normalEmail(request.email)
  const emailHash = await tokenHash(email)
  await keepPace(ctx, `CODEIP#${request.ip}`, PER_IP)
  await keepPace(ctx, `CODE#${emailHash}`, PER_ADDRESS)
  const [user] = await activeUsers(ctx, email)
  // An unknown address has no user to be read: the same read is made for it.
  if (!user) await ctx.main.getMany([codeKey(emailHash)])
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const nowMs = ctx.clock.nowMs()
  await ctx.main.put({
    ...codeKey(emailHash),
    codeHash: await hashOf(emailHash, code),
    expiresMs: nowMs + LIVE_MINUTES * 60_000,
    tries: 0,
    expiresAt: ttlIn(3600, nowMs),
  })
  const content = { kind: 'loginCode', code, minutes: LIVE_MINUTES } as const
  const letter = { to: user?.email ?? null, locale: localeOf(user?.locale), content }
  await queueMail(ctx, port, { id: newId('mail'), letter, keepSeconds: LIVE_MINUTES * 60 })
}

/** Counts the guess before it is compared, so that guesses sent at once get five tries all together. */
const takeTry = async (ctx: Context, key: Key): Promise<Code> => {
  const outcome = await ctx.main.update<Code>(key, {
    add: { tries: 1 },
    condition: {
      text: 'attribute_exists(#pk) AND attribute_not_exists(#used) AND #tries < :most AND #expiresMs > :now',
      values: { most: TRIES, now: ctx.clock.nowMs() },
    },
  })
  if ('item' in outcome) return outcome.item
  const { lost } = outcome
  if (!lost) throw fail('invalid_code')
  if (lost.used || lost.expiresMs <= ctx.clock.nowMs()) throw fail('code_expired')
  throw fail('too_many_attempts', { message: 'Too many wrong codes. Ask for a new one.' })
}

/**
 * The users whose address and live code these are, the last used first; the code is used up. Throws `invalid_code`, also for
 * unknown addresses, `code_expired` and `too_many_attempts`.
 */
export const verifyCode = async (ctx: Context, login: { email: string; code: string; ip: string }): Promise<User[]> => {
  const attempt = await countIp(ctx, login.ip)
  const emailHash = await tokenHash(normalEmail(login.email))
  const key = codeKey(emailHash)
  const stored = await takeTry(ctx, key)
  const given = Buffer.from(await hashOf(emailHash, login.code))
  if (!timingSafeEqual(Buffer.from(stored.codeHash), given)) throw fail('invalid_code')
  const outcome = await ctx.main.update(key, {
    set: { used: true },
    condition: {
      text: 'attribute_not_exists(#used) AND #codeHash = :hash',
      values: { hash: stored.codeHash },
    },
    returns: 'none',
  })
  if ('lost' in outcome) throw fail('code_expired')
  const users = await activeUsers(ctx, login.email)
  if (users.length === 0) throw fail('invalid_code')
  await attempt.forgive()
  return users
}

/** Ends the live code of an address, as a new password does. */
export const dropCode = async (ctx: Context, email: string): Promise<void> => {
  await ctx.main.remove(codeKey(await tokenHash(normalEmail(email))))
}
