import type { Context } from '#kit/context.ts'
import { encryptAtRest } from '#kit/crypto.ts'
import { newId } from '#kit/ids.ts'
import { type Letter, localeOf, type QueuedMail } from './model.ts'

/** Puts one message on the mail queue; the same id within five minutes is one message. */
export type MailPort = (mail: QueuedMail) => Promise<void>

/** Seconds after which a mail that could not be sent is worth nothing any more, unless its content runs out earlier. */
const DAY_SECONDS = 24 * 3600

/**
 * Puts a mail on its way. `id` names it for good: the same id is sent once, however often it is queued. `keepSeconds` is how
 * long it may wait for SES.
 */
export const queueMail = async (
  ctx: Context,
  port: MailPort,
  mail: { id: string; letter: Letter; keepSeconds?: number },
): Promise<void> => {
  const { id, letter, keepSeconds = DAY_SECONDS } = mail
  // All letters have one length, so that a known address does not take more bytes than an unknown one.
  const sealed = await encryptAtRest(JSON.stringify(letter).padEnd(1024), `mail:${id}`)
  await port({ id, sealed, expiresMs: ctx.clock.nowMs() + keepSeconds * 1000 })
}

/** Tells somebody that the password of his account is another one now. */
export const queuePasswordNotice = (
  ctx: Context,
  port: MailPort,
  { email, locale }: { email: string; locale?: string },
): Promise<void> => {
  const letter = { to: email, locale: localeOf(locale), content: { kind: 'passwordChanged' } } as const
  return queueMail(ctx, port, { id: newId('mail'), letter })
}
