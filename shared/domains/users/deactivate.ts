import { LOST, untilSettled } from '#data/settle.ts'
import { type Actor, userIdOf } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { auditWrite } from '../audit/log.ts'
import { membershipWrites } from '../inboxes/members.ts'
import { endSockets } from '../sessions/end.ts'
import { userDeactivated } from './events.ts'
import { countRoleWrite, isActiveManager, otherManagerChecks } from './guards.ts'
import { findRole, requireUser, userKey } from './repo.ts'

const deactivateOnce = async (ctx: Context, actor: Actor, id: number): Promise<true | typeof LOST> => {
  const { tenantId } = actor
  const user = await requireUser(ctx, tenantId, id)
  const role = await findRole(ctx, tenantId, user.roleId)
  const nowMs = ctx.clock.nowMs()
  const outcome = await ctx.main.transact([
    {
      update: userKey(tenantId, id),
      set: { state: 'DEACTIVATED', presence: 'OFFLINE', inboxIds: [], updatedAt: isoTime(nowMs) },
      add: { tokenVersion: 1 },
      remove: ['passwordHash'],
      condition: {
        text: '#state = :state AND #roleId = :roleId AND #inboxIds = :inboxIds',
        values: { state: user.state, roleId: user.roleId, inboxIds: user.inboxIds },
      },
      events: [raise(userDeactivated, nowMs)],
    },
    ...(role ? [countRoleWrite(role, -1)] : []),
    ...(isActiveManager(user, role) ? await otherManagerChecks(ctx, tenantId, { user: id }, role) : []),
    ...(await membershipWrites(ctx, user, user.inboxIds, [])),
    auditWrite(ctx, actor, { action: userDeactivated.type, subject: { kind: 'user', id: String(id) } }),
  ])
  return outcome.ok ? true : LOST
}

/**
 * Deletes a user softly: he can do nothing any more, his sessions end, he is in no inbox, and his address finds him again should he
 * be created anew. Throws `not_found`, `cannot_remove_self`, and `last_admin` for the last active user who manages the team.
 */
export const deactivateUser = async (ctx: Context, actor: Actor, id: number): Promise<void> => {
  if (userIdOf(actor) === id) throw fail('cannot_remove_self')
  await untilSettled(() => deactivateOnce(ctx, actor, id))
  await endSockets(ctx, actor.tenantId, [id])
}
