import type { Counters } from '#data/counters.ts'
import { LOST, untilSettled } from '#data/settle.ts'
import type { Actor } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { hashPassword } from '#kit/password.ts'
import { auditWrite } from '../audit/log.ts'
import { membershipWrites } from '../inboxes/members.ts'
import { userActivated } from './events.ts'
import { countRoleWrite, requireHeld, requireNamedRole } from './guards.ts'
import type { User } from './model.ts'
import { requireStrongPassword } from './password-rules.ts'
import { createUserWrites, findUserByEmail, userKey } from './repo.ts'

/** What a user with a password is made from. */
export type NewUser = { name: string; email: string; password: string; roleId: number; inboxIds: number[] }

const auditOf = (ctx: Context, actor: Actor, { id, roleId, inboxIds }: User) =>
  auditWrite(ctx, actor, {
    action: userActivated.type,
    subject: { kind: 'user', id: String(id) },
    facts: { roleId, inboxIds },
  })

type Made = Omit<User, 'id' | 'tokenVersion' | 'createdAt'>

const makeNew = async (ctx: Context, actor: Actor, id: number, made: Made): Promise<User | typeof LOST> => {
  const role = await requireNamedRole(ctx, made.tenantId, made.roleId)
  requireHeld(actor, role.capabilities)
  const user: User = { ...made, id, tokenVersion: 1, createdAt: made.updatedAt }
  const outcome = await ctx.main.transact([
    ...createUserWrites(user, [raise(userActivated, ctx.clock.nowMs())]),
    countRoleWrite(role, 1),
    ...(await membershipWrites(ctx, user, [], user.inboxIds)),
    auditOf(ctx, actor, user),
  ])
  return outcome.ok ? user : LOST
}

const revive = async (ctx: Context, actor: Actor, before: User, made: Made): Promise<User | typeof LOST> => {
  const role = await requireNamedRole(ctx, made.tenantId, made.roleId)
  requireHeld(actor, role.capabilities)
  const user: User = { ...before, ...made, tokenVersion: before.tokenVersion + 1 }
  const outcome = await ctx.main.transact([
    {
      update: userKey(made.tenantId, before.id),
      set: { ...made, tokenVersion: user.tokenVersion },
      condition: {
        text: '#state = :state AND #tokenVersion = :tokenVersion',
        values: { state: before.state, tokenVersion: before.tokenVersion },
      },
      events: [raise(userActivated, ctx.clock.nowMs())],
    },
    countRoleWrite(role, 1),
    ...(await membershipWrites(ctx, before, before.inboxIds, made.inboxIds)),
    auditOf(ctx, actor, user),
  ])
  return outcome.ok ? user : LOST
}

/**
 * Makes a user who can log in at once. The address of a deleted user brings that one back under his number, with everything as it
 * is given now. Throws `email_taken`, `weak_password`, `capability_not_held` for a role that may more than the actor, and
 * `validation_failed` naming `role_id` or `inbox_ids` for what is not there.
 */
export const createUser = async (ctx: Context, counters: Counters, actor: Actor, wish: NewUser): Promise<User> => {
  const { tenantId } = actor
  const { name, email, password, roleId, inboxIds } = wish
  requireStrongPassword(password, email, 'password')
  const made: Made = {
    tenantId,
    name,
    email,
    roleId,
    inboxIds: [...new Set(inboxIds)],
    state: 'ACTIVE',
    presence: 'OFFLINE',
    passwordHash: await hashPassword(password),
    updatedAt: isoTime(ctx.clock.nowMs()),
  }
  let id: number | undefined
  return untilSettled(async () => {
    const known = await findUserByEmail(ctx, tenantId, email)
    if (known?.state === 'DEACTIVATED') return revive(ctx, actor, known, made)
    if (known) throw fail('email_taken', { details: [{ path: 'email', message: 'belongs to another user already' }] })
    id ??= await counters(tenantId, 'user', 1)
    return makeNew(ctx, actor, id, made)
  })
}
