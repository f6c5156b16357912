import type { Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { hashPassword, verifyPassword } from '#kit/password.ts'
import { auditWrite } from '../audit/log.ts'
import { type MailPort, queuePasswordNotice } from '../mail/queue.ts'
import { passwordChanged } from '../users/events.ts'
import type { User } from '../users/model.ts'
import { requireStrongPassword } from '../users/password-rules.ts'
import { userKey } from '../users/repo.ts'
import { dropCode } from './codes.ts'
import { endSockets } from './end.ts'
import { findFamily } from './family.ts'
import { countAttempt } from './throttle.ts'

/** Milliseconds after a sign-in in which a new password may be set without the present one. */
const FRESH_MS = 15 * 60_000

/** Checks the present password, with the same waits as a login. Throws `invalid_credentials` and `too_many_attempts`. */
const assertPassword = async (ctx: Context, user: User, password: string, ip: string): Promise<void> => {
  const attempt = await countAttempt(ctx, { email: user.email, ip })
  if (!(await verifyPassword(password, user.passwordHash))) throw fail('invalid_credentials')
  await attempt.forgive()
}

/** Who changes a password, in which session, and from where; `field` is what the new one is called in the request. */
export type PasswordChange = {
  user: User
  sessionId: string
  ip: string
  password: string
  currentPassword?: string
  field: string
}

/** Sets the password. All other sessions of the user end with the same write; the session it was done in stays. */
const store = async (ctx: Context, port: MailPort, change: PasswordChange): Promise<void> => {
  const { user, sessionId, password } = change
  requireStrongPassword(password, user.email, change.field)
  const nowMs = ctx.clock.nowMs()
  const ver = user.tokenVersion + 1
  const changed: Write = {
    update: userKey(user.tenantId, user.id),
    set: {
      passwordHash: await hashPassword(password),
      tokenVersion: ver,
      keptSession: { id: sessionId, ver },
      updatedAt: isoTime(nowMs),
    },
    condition: { text: '#tokenVersion = :seen', values: { seen: user.tokenVersion } },
    events: [raise(passwordChanged, nowMs, { byUser: true })],
  }
  const by = { tenantId: user.tenantId, kind: 'userToken', id: String(user.id) } as const
  const subject = { kind: 'user', id: String(user.id) }
  const outcome = await ctx.main.transact([
    changed,
    auditWrite(ctx, by, { action: passwordChanged.type, subject, facts: { byUser: true } }),
  ])
  if (!outcome.ok) throw fail('try_again', { data: { retryAfterSeconds: 1 } })
  await Promise.all([dropCode(ctx, user.email), endSockets(ctx, user.tenantId, [user.id])])
  await queuePasswordNotice(ctx, port, user)
}

/** Changes a password by the present one. Throws `invalid_credentials`, `too_many_attempts` and `weak_password`. */
export const changePassword = async (
  ctx: Context,
  port: MailPort,
  change: PasswordChange & { currentPassword: string },
): Promise<void> => {
  await assertPassword(ctx, change.user, change.currentPassword, change.ip)
  await store(ctx, port, change)
}

/**
 * Sets a password: the present one is needed when there is one and the sign-in is not of the last 15 minutes, so a forgotten
 * password is replaced after a sign-in by code. Throws `current_password_required` beside what `changePassword` throws.
 */
export const setPassword = async (ctx: Context, port: MailPort, change: PasswordChange): Promise<void> => {
  const { user, currentPassword, sessionId, ip } = change
  if (user.passwordHash !== undefined && currentPassword !== undefined) {
    await assertPassword(ctx, user, currentPassword, ip)
  } else if (user.passwordHash !== undefined) {
    const startedMs = (await findFamily(ctx, sessionId))?.startedMs ?? 0
    if (ctx.clock.nowMs() - startedMs > FRESH_MS) throw fail('current_password_required')
  }
  await store(ctx, port, change)
}
