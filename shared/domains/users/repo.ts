import { absent, type Key } from '#data/expressions.ts'
import type { OutboxEvent } from '#data/outbox.ts'
import type { Write } from '#data/table.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { normalEmail, type Role, type User } from './model.ts'

const padded = (id: number): string => String(id).padStart(10, '0')
/** Key of a user; its tenant's small settings share the partition. */
export const userKey = (tenantId: string, id: number): Key => ({ pk: `O#${tenantId}`, sk: `U#${padded(id)}` })
/** Key of a role. */
export const roleKey = (tenantId: string, id: number): Key => ({ pk: `O#${tenantId}`, sk: `R#${padded(id)}` })
/** Key of a user's claim on an address. A deactivated user keeps it, so that the address finds the same user again. */
export const mailKey = (email: string, tenantId: string): Key => ({ pk: `MAIL#${normalEmail(email)}`, sk: tenantId })

/** The write with which a user takes an address inside the tenant; it loses when somebody has it. */
export const claimMailWrite = ({ tenantId, email, id }: Pick<User, 'tenantId' | 'email' | 'id'>): Write => ({
  put: { ...mailKey(email, tenantId), userId: id, tenantId },
  condition: absent,
})

/** The writes that create a user and its claim on the address inside the tenant. */
export const createUserWrites = (user: User, events?: OutboxEvent[]): Write[] => [
  { put: { ...userKey(user.tenantId, user.id), ...user }, condition: absent, events },
  claimMailWrite(user),
]

/** The write that creates a role. */
export const createRoleWrite = (role: Role, events?: OutboxEvent[]): Write => ({
  put: { ...roleKey(role.tenantId, role.id), ...role },
  condition: absent,
  events,
})

/** A user, whatever his state. */
export const findUser = (ctx: Context, tenantId: string, id: number): Promise<User | undefined> =>
  ctx.main.get<User>(userKey(tenantId, id))

/** A user who was not deactivated. Throws `not_found`. */
export const requireUser = async (ctx: Context, tenantId: string, id: number): Promise<User> => {
  const user = await findUser(ctx, tenantId, id)
  if (!user || user.state === 'DEACTIVATED') throw fail('not_found')
  return user
}

/** A role, or undefined. */
export const findRole = (ctx: Context, tenantId: string, id: number): Promise<Role | undefined> =>
  ctx.main.get<Role>(roleKey(tenantId, id))

/** A user with its role, or undefined. */
export const findUserWithRole = async (
  ctx: Context,
  tenantId: string,
  id: number,
): Promise<{ user: User; role: Role } | undefined> => {
  const user = await findUser(ctx, tenantId, id)
  const role = user && (await findRole(ctx, tenantId, user.roleId))
  return user && role && { user, role }
}

/** A user with its role. Throws `not_found`. */
export const getUserWithRole = async (
  ctx: Context,
  tenantId: string,
  id: number,
): Promise<{ user: User; role: Role }> => {
  const found = await findUserWithRole(ctx, tenantId, id)
  if (!found) throw fail('not_found')
  return found
}

/** The users an address belongs to, one per tenant. */
export const usersByEmail = async (ctx: Context, email: string): Promise<User[]> => {
  const { items } = await ctx.main.query<{ tenantId: string; userId: number }>({ pk: `MAIL#${normalEmail(email)}` })
  return ctx.main.getMany<User>(items.map((item) => userKey(item.tenantId, item.userId)))
}

/** The user who has an address in this tenant, deactivated or not. */
export const findUserByEmail = async (ctx: Context, tenantId: string, email: string): Promise<User | undefined> => {
  const claim = await ctx.main.get<{ userId: number }>(mailKey(email, tenantId))
  return claim && findUser(ctx, tenantId, claim.userId)
}

const listAll = async <T>(ctx: Context, tenantId: string, prefix: string): Promise<T[]> => {
  const found: T[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<T>({ pk: `O#${tenantId}`, prefix, startKey })
    found.push(...page.items)
    startKey = page.next
  } while (startKey)
  return found
}

/** The users of a tenant by number, but for deactivated ones. */
export const listUsers = async (ctx: Context, tenantId: string): Promise<User[]> =>
  (await listAll<User>(ctx, tenantId, 'U#')).filter(({ state }) => state !== 'DEACTIVATED')

/** The roles of a tenant by number. */
export const listRoles = (ctx: Context, tenantId: string): Promise<Role[]> => listAll<Role>(ctx, tenantId, 'R#')
