import { LOST, untilSettled } from '#data/settle.ts'
import type { Write } from '#data/table.ts'
import type { Actor } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { type EventDefinition, raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { auditWrite } from '../audit/log.ts'
import { membershipWrites } from '../inboxes/members.ts'
import { endSockets } from '../sessions/end.ts'
import { userStatusChanged, userUpdated } from './events.ts'
import {
  countRoleWrite,
  isActiveManager,
  otherManagerChecks,
  requireHeld,
  requireNamedRole,
  sameRoleCheck,
} from './guards.ts'
import { managesTeam, normalEmail, type Role, type User } from './model.ts'
import { claimMailWrite, findRole, findUserByEmail, mailKey, requireUser, userKey } from './repo.ts'

/** What can be changed about a user; what is not named stays. */
export type UserChange = Partial<Pick<User, 'name' | 'email' | 'roleId' | 'presence' | 'inboxIds'>>

/** An address is a way to sign in: only somebody who may as much may give another one. */
const OTHERS_ADDRESS = 'You cannot change the e-mail address of somebody who may more than you'

const mailWrites = async (ctx: Context, actor: Actor, before: User, role: Role | undefined, email: string) => {
  if (email === before.email) return []
  requireHeld(actor, role?.capabilities ?? [], OTHERS_ADDRESS)
  if (normalEmail(email) === normalEmail(before.email)) return []
  const other = await findUserByEmail(ctx, before.tenantId, email)
  if (other) {
    const message =
      other.state === 'DEACTIVATED'
        ? 'belongs to a deleted user: creating a user with it brings that one back'
        : 'belongs to another user already'
    throw fail('email_taken', { details: [{ path: 'email', message }] })
  }
  return [claimMailWrite({ ...before, email }), { remove: mailKey(before.email, before.tenantId) }]
}

/** What another role writes, and the checks that the change is allowed. */
const roleWrites = async (ctx: Context, actor: Actor, before: User, role: Role | undefined, to: number) => {
  const next = await requireNamedRole(ctx, before.tenantId, to)
  requireHeld(actor, next.capabilities)
  const writes: Write[] = [...(role ? [countRoleWrite(role, -1)] : []), countRoleWrite(next, 1)]
  if (!isActiveManager(before, role) || managesTeam(next)) return writes
  return [...writes, ...(await otherManagerChecks(ctx, before.tenantId, { user: before.id }, role))]
}

const differing = (before: User, after: User): string[] =>
  (['name', 'email', 'roleId', 'inboxIds'] as const).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  )

const eventsOf = (changed: string[], hasStatus: boolean): [EventDefinition, Record<string, unknown>][] => [
  ...(changed.length > 0 ? [[userUpdated, { changed }] as [EventDefinition, Record<string, unknown>]] : []),
  ...(hasStatus ? [[userStatusChanged, {}] as [EventDefinition, Record<string, unknown>]] : []),
]

const changeOnce = async (
  ctx: Context,
  actor: Actor,
  id: number,
  wish: UserChange,
): Promise<{ before: User; user: User } | typeof LOST> => {
  const before = await requireUser(ctx, actor.tenantId, id)
  const role = await findRole(ctx, before.tenantId, before.roleId)
  const inboxIds = [...new Set(wish.inboxIds ?? before.inboxIds)]
  const user: User = { ...before, ...wish, inboxIds }
  const changed = differing(before, user)
  const hasNewStatus = user.presence !== before.presence
  if (changed.length === 0 && !hasNewStatus) return { before, user: before }
  const nowMs = ctx.clock.nowMs()
  const { name, email, roleId, presence } = user
  const hasNewRole = roleId !== before.roleId
  // Only what differs is written: what it does not name may be changed by others at the same moment.
  const fields = { name, email, roleId, presence, inboxIds }
  const isOther = (field: string): boolean => changed.includes(field) || (field === 'presence' && hasNewStatus)
  const updatedAt = isoTime(nowMs)
  const set = { ...Object.fromEntries(Object.entries(fields).filter(([field]) => isOther(field))), updatedAt }
  const facts = { changed, ...(hasNewRole && { roleId, previousRoleId: before.roleId }) }
  const outcome = await ctx.main.transact([
    {
      update: userKey(user.tenantId, id),
      set,
      add: hasNewRole ? { tokenVersion: 1 } : undefined,
      condition: {
        text: '#state = :state AND #roleId = :roleId AND #email = :email AND #inboxIds = :inboxIds',
        values: { state: before.state, roleId: before.roleId, email: before.email, inboxIds: before.inboxIds },
      },
      events: eventsOf(changed, hasNewStatus).map(([event, more]) => raise(event, nowMs, more)),
    },
    ...(await mailWrites(ctx, actor, before, role, email)),
    ...(hasNewRole ? await roleWrites(ctx, actor, before, role, roleId) : []),
    // Whether the actor may change the address was judged by this role.
    ...(email !== before.email && !hasNewRole && role ? [sameRoleCheck(role)] : []),
    ...(await membershipWrites(ctx, before, before.inboxIds, inboxIds)),
    ...(changed.length > 0
      ? [auditWrite(ctx, actor, { action: userUpdated.type, subject: { kind: 'user', id: String(id) }, facts })]
      : []),
  ])
  return outcome.ok ? { before, user: { ...user, updatedAt } } : LOST
}

/**
 * Changes a user. Another role ends his sessions; other inboxes end what he listens to. Throws `not_found`, `email_taken`,
 * `capability_not_held`, `last_admin`, and `validation_failed` naming `role_id` or `inbox_ids` for what is not there.
 */
export const changeUser = async (ctx: Context, actor: Actor, id: number, wish: UserChange): Promise<User> => {
  const { before, user } = await untilSettled(() => changeOnce(ctx, actor, id, wish))
  const isScoped = differing(before, user).some((field) => field === 'roleId' || field === 'inboxIds')
  if (isScoped) await endSockets(ctx, user.tenantId, [id])
  return user
}
