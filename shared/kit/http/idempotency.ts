import { absent, type Key } from '#data/expressions.ts'
import { ttlIn } from '#data/schema.ts'
import type { Actor } from '../actor.ts'
import type { Context } from '../context.ts'
import { decryptAtRest, encryptAtRest, sha256, tokenHash } from '../crypto.ts'
import { fail } from '../errors.ts'
import { newWaMessageId } from '../ids.ts'

const KEPT_SECONDS = 24 * 3600

/** Milliseconds after which a reservation whose holder never finished may be taken over by a repetition. */
const ABANDONED_MS = 60_000

type Answered = { status: number; body: string }

type Stored = Key & {
  requestHash: string
  messageId: string
  startedMs: number
  expiresAt: number
  /** The answer, encrypted: answers to creations show secrets. */
  response?: string
}

/** What a repeated request finds: an answer to give again, or the reservation under which it does the work. */
export type Reservation = { repeat: Answered } | { key: Key; messageId: string }

/** What makes a request the same as one before: operation and key say which, address and body that nothing changed. */
export type RepeatableRequest = { operation: string; idempotencyKey: string; address: string; body: string }

/**
 * Reserves an `Idempotency-Key` for one actor and operation. The WhatsApp message id is fixed with the reservation, so a
 * repetition after a crash sends the same message. Throws `idempotency_mismatch` for another address or body and
 * `in_progress` while the first request is at work.
 */
export const reserve = async (ctx: Context, actor: Actor, request: RepeatableRequest): Promise<Reservation> => {
  const name = sha256(`${actor.kind}\n${actor.id}\n${request.operation}\n${request.idempotencyKey}`)
  const key = { pk: `IDEM#${actor.tenantId}#${name}`, sk: 'META' }
  const nowMs = ctx.clock.nowMs()
  const item: Stored = {
    ...key,
    // Keyed: some bodies hold a password, which nobody is to guess from a copy of the table.
    requestHash: await tokenHash(`${request.address}\n${request.body}`),
    messageId: newWaMessageId(),
    startedMs: nowMs,
    expiresAt: ttlIn(KEPT_SECONDS, nowMs),
  }
  if (await ctx.main.put(item, { condition: absent })) return { key, messageId: item.messageId }
  const stored = await ctx.main.get<Stored>(key)
  if (!stored) throw fail('in_progress')
  if (stored.expiresAt * 1000 <= nowMs) {
    const condition = { text: '#startedMs = :seen', values: { seen: stored.startedMs } }
    if (!(await ctx.main.put(item, { condition }))) throw fail('in_progress')
    return { key, messageId: item.messageId }
  }
  if (stored.requestHash !== item.requestHash) throw fail('idempotency_mismatch')
  if (stored.response) return { repeat: JSON.parse(await decryptAtRest(stored.response, key.pk)) as Answered }
  return takeOver(ctx, key, stored, nowMs)
}

/** Goes on with a reservation whose holder failed or vanished; only one of several repetitions gets it. */
const takeOver = async (ctx: Context, key: Key, stored: Stored, nowMs: number): Promise<Reservation> => {
  if (nowMs - stored.startedMs < ABANDONED_MS) throw fail('in_progress')
  const outcome = await ctx.main.update(key, {
    set: { startedMs: nowMs },
    condition: { text: '#startedMs = :seen', values: { seen: stored.startedMs } },
    returns: 'none',
  })
  if ('lost' in outcome) throw fail('in_progress')
  return { key, messageId: stored.messageId }
}

/** Keeps the answer for repetitions. An answer of 500 and above frees the key instead: the caller should try again. */
export const settle = async (ctx: Context, key: Key, response: Answered): Promise<void> => {
  const set =
    response.status >= 500 ? { startedMs: 0 } : { response: await encryptAtRest(JSON.stringify(response), key.pk) }
  await ctx.main.update(key, { set, returns: 'none' })
}
