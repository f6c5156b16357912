import type { Counters } from '#data/counters.ts'
import { LOST, untilSettled } from '#data/settle.ts'
import type { Actor } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { auditWrite } from '../audit/log.ts'
import { endSockets } from '../sessions/end.ts'
import { roleCreated, roleDeleted, roleUpdated } from './events.ts'
import { otherManagerChecks, requireHeld } from './guards.ts'
import { CEOX_CAPABILITIES, managesTeam, type Role } from './model.ts'
import { createRoleWrite, findRole, listUsers, roleKey } from './repo.ts'

const requireRole = async (ctx: Context, tenantId: string, id: number): Promise<Role> => {
  const role = await findRole(ctx, tenantId, id)
  if (!role) throw fail('not_found')
  return role
}

const subjectOf = ({ id }: Pick<Role, 'id'>) => ({ kind: 'role', id: String(id) })

/** Makes a custom role without capabilities. */
export const createRole = async (ctx: Context, counters: Counters, actor: Actor, name: string): Promise<Role> => {
  const { tenantId } = actor
  const nowMs = ctx.clock.nowMs()
  const createdAt = isoTime(nowMs)
  const id = await counters(tenantId, 'role', 1)
  const role: Role = { id, tenantId, name, system: false, capabilities: [], userCount: 0, createdAt }
  await ctx.main.transact([
    createRoleWrite(role, [raise(roleCreated, nowMs)]),
    auditWrite(ctx, actor, { action: roleCreated.type, subject: subjectOf(role) }),
  ])
  return role
}

/** A role's capabilities after those that the caller's system knows were replaced: what it does not know stays. */
const replaced = (role: Role, wanted: readonly string[], known: readonly string[]): string[] => {
  return [
    ...known.filter((capability) => wanted.includes(capability)),
    ...role.capabilities.filter((capability) => !known.includes(capability)),
  ]
}

/** Capabilities that one of two sets has and the other has not. */
const added = (before: readonly string[], after: readonly string[]): string[] =>
  after.filter((capability) => !before.includes(capability))

/** What to change about a role. `known` are the capabilities that `capabilities` replaces, CEOX's unless given. */
export type RoleChange = { name?: string; capabilities?: readonly string[]; known?: readonly string[] }

const changeOnce = async (
  ctx: Context,
  actor: Actor,
  id: number,
  wish: RoleChange,
): Promise<{ before: Role; role: Role } | typeof LOST> => {
  const { tenantId } = actor
  const before = await requireRole(ctx, tenantId, id)
  const { name = before.name, known = CEOX_CAPABILITIES } = wish
  const capabilities = wish.capabilities ? replaced(before, wish.capabilities, known) : before.capabilities
  if (before.system && name !== before.name) throw fail('conflict', { message: 'System roles cannot be renamed.' })
  const [more, less] = [added(before.capabilities, capabilities), added(capabilities, before.capabilities)]
  requireHeld(actor, more)
  if (name === before.name && more.length + less.length === 0) return { before, role: before }
  const strips = managesTeam(before) && !managesTeam({ capabilities })
  const nowMs = ctx.clock.nowMs()
  const change = { name, capabilities, updatedAt: isoTime(nowMs) }
  const outcome = await ctx.main.transact([
    {
      update: roleKey(tenantId, id),
      set: change,
      condition: {
        text: '#name = :name AND #capabilities = :capabilities',
        values: { name: before.name, capabilities: before.capabilities },
      },
      events: [raise(roleUpdated, nowMs)],
    },
    ...(strips ? await otherManagerChecks(ctx, tenantId, { role: id }) : []),
    auditWrite(ctx, actor, {
      action: roleUpdated.type,
      subject: subjectOf(before),
      facts: { added: more, removed: less },
    }),
  ])
  return outcome.ok ? { before, role: { ...before, ...change } } : LOST
}

/**
 * Renames a role, and replaces those of its capabilities that the caller's system knows. They count from the next request of those who have the
 * role; what they listen to ends, because it was opened with the old ones. Throws `not_found`, `conflict` for another name of a
 * system role, `capability_not_held`, and `last_admin` when nobody could manage the team any more.
 */
export const changeRole = async (ctx: Context, actor: Actor, id: number, wish: RoleChange): Promise<Role> => {
  const { before, role } = await untilSettled(() => changeOnce(ctx, actor, id, wish))
  if (before.capabilities !== role.capabilities) {
    const users = (await listUsers(ctx, role.tenantId)).filter(({ roleId }) => roleId === id)
    await endSockets(
      ctx,
      role.tenantId,
      users.map((user) => user.id),
    )
  }
  return role
}

/** Deletes a custom role. Throws `not_found`, and `conflict` for a system role or while users have it. */
export const deleteRole = async (ctx: Context, actor: Actor, id: number): Promise<void> => {
  const { tenantId } = actor
  await untilSettled(async () => {
    const role = await requireRole(ctx, tenantId, id)
    if (role.system) throw fail('conflict', { message: 'System roles cannot be deleted.' })
    const { userCount = 0, name } = role
    if (userCount > 0) {
      throw fail('conflict', {
        message: 'Users have this role: give them another one first.',
        data: { users: userCount },
      })
    }
    const unused = 'attribute_not_exists(#userCount) OR #userCount <= :none'
    const events = [raise(roleDeleted, ctx.clock.nowMs(), { id, name })]
    const outcome = await ctx.main.transact([
      {
        remove: roleKey(tenantId, id),
        condition: { text: `attribute_exists(#pk) AND (${unused})`, values: { none: 0 } },
      },
      auditWrite(ctx, actor, { action: roleDeleted.type, subject: subjectOf(role) }, events),
    ])
    return outcome.ok ? undefined : LOST
  })
}
