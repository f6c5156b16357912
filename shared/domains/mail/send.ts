import { absent, type Key } from '#data/expressions.ts'
import { ttlIn } from '#data/schema.ts'
import type { Context } from '#kit/context.ts'
import { decryptAtRest } from '#kit/crypto.ts'
import { type QueuedMail, readLetter } from './model.ts'
import { type WrittenMail, writeMail } from './templates.ts'

/** Hands a mail to the mail service. Rejects when it was not taken. */
export type SendPort = (to: string, mail: WrittenMail) => Promise<void>

/** Milliseconds after which a mail whose sender vanished is sent by another: beyond the time the job may take. */
const ABANDONED_MS = 120_000

type Mark = Key & { state: 'sending' | 'sent'; startedMs: number }

const markKey = (id: string): Key => ({ pk: `MAILSENT#${id}`, sk: 'META' })

/** What became of a mail: `busy` is being sent by somebody else, and comes again. */
export type SendOutcome = 'sent' | 'before' | 'nobody' | 'expired' | 'busy'

const claim = async (ctx: Context, id: string): Promise<'mine' | 'before' | 'busy'> => {
  const nowMs = ctx.clock.nowMs()
  const outcome = await ctx.main.update<Mark>(markKey(id), {
    set: { state: 'sending', startedMs: nowMs, expiresAt: ttlIn(3 * 86_400, nowMs) },
    condition: {
      text: `${absent.text} OR (#state = :sending AND #startedMs <= :abandoned)`,
      values: { sending: 'sending', abandoned: nowMs - ABANDONED_MS },
    },
  })
  if ('item' in outcome) return 'mine'
  return outcome.lost?.state === 'sent' ? 'before' : 'busy'
}

/**
 * Sends a queued mail, once by its id. SES knows no key for repetitions, so a process that dies between SES's answer and the
 * mark here sends it twice; every other repetition sends nothing. Rejects when the service did not take it: it may come again.
 */
export const sendQueued = async (ctx: Context, mail: QueuedMail, send: SendPort): Promise<SendOutcome> => {
  if (mail.expiresMs <= ctx.clock.nowMs()) return 'expired'
  const { to, ...letter } = readLetter(await decryptAtRest(mail.sealed, `mail:${mail.id}`))
  if (to === null) return 'nobody'
  const mine = await claim(ctx, mail.id)
  if (mine !== 'mine') return mine
  try {
    await send(to, writeMail(letter))
  } catch (error) {
    await ctx.main.remove(markKey(mail.id))
    throw error
  }
  await ctx.main.update(markKey(mail.id), { set: { state: 'sent' }, returns: 'none' })
  return 'sent'
}
