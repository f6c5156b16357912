import { LOST, untilSettled } from '#data/settle.ts'
import type { Actor } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { AppError, fail } from '#kit/errors.ts'
import { hashPassword } from '#kit/password.ts'
import { auditWrite } from '../audit/log.ts'
import { type MailPort, queuePasswordNotice } from '../mail/queue.ts'
import { dropCode } from '../sessions/codes.ts'
import { endSockets } from '../sessions/end.ts'
import { checkLogin } from '../sessions/login.ts'
import { passwordChanged } from './events.ts'
import { requireHeld, sameRoleCheck } from './guards.ts'
import type { Role, User } from './model.ts'
import { requireStrongPassword } from './password-rules.ts'
import { findRole, requireUser, userKey } from './repo.ts'

const OTHERS_PASSWORD = 'You cannot reset the password of somebody who may more than you'

/** Writes another password, which ends all sessions, if the user still is as he was read and `role` may what it did. */
const setPassword = async (
  ctx: Context,
  actor: Actor,
  user: User,
  passwordHash: string,
  role?: Role,
): Promise<true | typeof LOST> => {
  const nowMs = ctx.clock.nowMs()
  const byUser = role === undefined
  const outcome = await ctx.main.transact([
    {
      update: userKey(user.tenantId, user.id),
      set: { passwordHash, updatedAt: isoTime(nowMs) },
      add: { tokenVersion: 1 },
      condition: {
        text: '#state = :state AND #tokenVersion = :tokenVersion AND #email = :email',
        values: { state: user.state, tokenVersion: user.tokenVersion, email: user.email },
      },
      events: [raise(passwordChanged, nowMs, { byUser })],
    },
    ...(role ? [sameRoleCheck(role)] : []),
    auditWrite(ctx, actor, {
      action: passwordChanged.type,
      subject: { kind: 'user', id: String(user.id) },
      facts: { byUser },
    }),
  ])
  return outcome.ok ? true : LOST
}

/** Ends what the old password opened or would open: sockets, and the code of a mail. Then the user is told, at the address he has. */
const tellEverybody = async (ctx: Context, port: MailPort, user: User): Promise<void> => {
  await Promise.all([dropCode(ctx, user.email), endSockets(ctx, user.tenantId, [user.id])])
  await queuePasswordNotice(ctx, port, user)
}

/**
 * Resets the password of a user, ends his sessions, and tells him by mail. Throws `not_found`, `weak_password`, and `capability_not_held` where the
 * user may more than the actor: whoever sets a password can sign in with it.
 */
export const resetPassword = async (
  ctx: Context,
  port: MailPort,
  actor: Actor,
  id: number,
  password: string,
): Promise<void> => {
  const { tenantId } = actor
  let hash: string | undefined
  const user = await untilSettled(async () => {
    const user = await requireUser(ctx, tenantId, id)
    const role = await findRole(ctx, tenantId, user.roleId)
    if (!role) throw fail('not_found')
    requireHeld(actor, role.capabilities, OTHERS_PASSWORD)
    requireStrongPassword(password, user.email, 'password')
    hash ??= await hashPassword(password)
    const outcome = await setPassword(ctx, actor, user, hash, role)
    return outcome === LOST ? LOST : user
  })
  await tellEverybody(ctx, port, user)
}

/** Whether this is the user's password. Guesses are counted as failed sign-ins are. Throws `too_many_attempts`. */
const isPresentPassword = async (ctx: Context, user: User, password: string, ip: string): Promise<boolean> => {
  try {
    const found = await checkLogin(ctx, { email: user.email, password, ip })
    return found.some(({ tenantId, id }) => tenantId === user.tenantId && id === user.id)
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_credentials') return false
    throw error
  }
}

/**
 * Changes the password of the user who asks, ends all his sessions, this one too, and tells him by mail. Throws `validation_failed` naming
 * `current_password` when that is not it, `weak_password`, and `too_many_attempts`.
 */
export const changeOwnPassword = async (
  ctx: Context,
  port: MailPort,
  actor: Actor,
  wish: { current: string; next: string; ip: string },
): Promise<void> => {
  const { tenantId } = actor
  const user = await requireUser(ctx, tenantId, Number(actor.id))
  requireStrongPassword(wish.next, user.email, 'new_password')
  if (!(await isPresentPassword(ctx, user, wish.current, wish.ip))) {
    throw fail('validation_failed', { details: [{ path: 'current_password', message: 'is not your password' }] })
  }
  const hash = await hashPassword(wish.next)
  if ((await setPassword(ctx, actor, user, hash)) === LOST) {
    throw fail('conflict', { message: 'The user was changed at the same moment. Sign in and try again.' })
  }
  await tellEverybody(ctx, port, user)
}
