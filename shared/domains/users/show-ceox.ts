import { z } from 'zod'
import type { Context } from '#kit/context.ts'
import type { Role, User } from './model.ts'
import { findRole, listRoles } from './repo.ts'

const integer = z.number().int()

/** A user as CEOX lists it. */
export const shownUser = z.object({
  id: integer,
  name: z.string(),
  email: z.string(),
  status: z.enum(['online', 'idle', 'offline']),
  role: z.string().describe('Name of the role'),
  role_id: integer,
  inbox_ids: z.array(integer).describe('Inboxes he is a member of'),
})

/** A user as CEOX shows him, with the role he has. */
const withRole = (user: User, role: Pick<Role, 'name'> | undefined): z.input<typeof shownUser> => ({
  id: user.id,
  name: user.name,
  email: user.email,
  status: STATUS[user.presence],
  role: role?.name ?? '',
  role_id: user.roleId,
  inbox_ids: user.inboxIds,
})

const STATUS = { ONLINE: 'online', IDLE: 'idle', OFFLINE: 'offline' } as const

/** Shapes a user for CEOX. */
export const showUser = async (ctx: Context, user: User): Promise<z.input<typeof shownUser>> =>
  withRole(user, await findRole(ctx, user.tenantId, user.roleId))

/** Shapes several users of a tenant for CEOX. */
export const showUsers = async (
  ctx: Context,
  tenantId: string,
  users: User[],
): Promise<z.input<typeof shownUser>[]> => {
  const roles = new Map((await listRoles(ctx, tenantId)).map((role) => [role.id, role]))
  return users.map((user) => withRole(user, roles.get(user.roleId)))
}
