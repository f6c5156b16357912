import type { Write } from '#data/table.ts'
import { type Actor, can } from '#kit/actor.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { CEOX_CAPABILITIES, managesTeam, type Role, TEAM_MANAGE, type User } from './model.ts'
import { findRole, listRoles, listUsers, roleKey, userKey } from './repo.ts'

/** A key with all that CEOX knows has "full workspace access" there; one that was narrowed down has what it names. */
const isFullKey = (actor: Actor): boolean =>
  actor.kind === 'apiKey' && CEOX_CAPABILITIES.every((capability) => can(actor, capability))

/**
 * Refuses to hand out what the actor does not have himself. Throws `capability_not_held` naming the capabilities, in the words of
 * `deed`.
 */
export const requireHeld = (
  actor: Actor,
  capabilities: readonly string[],
  deed = 'You cannot give what you do not hold yourself',
): void => {
  if (isFullKey(actor)) return
  const missing = capabilities.filter((capability) => !can(actor, capability))
  if (missing.length > 0) throw fail('capability_not_held', { message: `${deed}: ${missing.join(', ')}.` })
}

/** The role that a request names. Throws `validation_failed` naming `role_id`. */
export const requireNamedRole = async (ctx: Context, tenantId: string, id: number): Promise<Role> => {
  const role = await findRole(ctx, tenantId, id)
  if (!role) throw fail('validation_failed', { details: [{ path: 'role_id', message: `there is no role ${id}` }] })
  return role
}

const asRead = ({ capabilities }: Role) => ({ text: '#capabilities = :capabilities', values: { capabilities } })

/** The write that counts one user more or less of a role, which loses when its capabilities are not those that were read. */
export const countRoleWrite = (role: Role, by: 1 | -1): Write => ({
  update: roleKey(role.tenantId, role.id),
  add: { userCount: by },
  condition: asRead(role),
})

/** The check that a role's capabilities are still those that were read. */
export const sameRoleCheck = (role: Role): Write => ({
  check: roleKey(role.tenantId, role.id),
  condition: asRead(role),
})

/** Whether this user is one of those of whom there has to be one. */
export const isActiveManager = (user: User, role: Role | undefined): boolean =>
  user.state === 'ACTIVE' && managesTeam(role)

/**
 * Checks for the transaction that takes `team.manage` from a user or a role: another active user holds it, and still does at that
 * moment. Of two such transactions at once, each relying on what the other takes away, only one can succeed. `fixed` is a role that
 * the same transaction writes as it was read. Throws `last_admin` when there is nobody else.
 */
export const otherManagerChecks = async (
  ctx: Context,
  tenantId: string,
  without: { user?: number; role?: number },
  fixed?: Role,
): Promise<Write[]> => {
  const [users, roles] = await Promise.all([listUsers(ctx, tenantId), listRoles(ctx, tenantId)])
  const managing = new Set(
    roles.filter(({ id, ...role }) => id !== without.role && managesTeam(role)).map(({ id }) => id),
  )
  const witness = users.find(
    ({ id, state, roleId }) => id !== without.user && state === 'ACTIVE' && managing.has(roleId),
  )
  if (!witness) throw fail('last_admin')
  const { id, state, roleId } = witness
  const checks: Write[] = [
    {
      check: userKey(tenantId, id),
      condition: { text: '#state = :state AND #roleId = :roleId', values: { state, roleId } },
    },
  ]
  if (roleId === fixed?.id) return checks
  const holds = { text: 'contains(#capabilities, :capability)', values: { capability: TEAM_MANAGE } }
  return [...checks, { check: roleKey(tenantId, roleId), condition: holds }]
}
