import type { Context } from '#kit/context.ts'
import type { User } from './model.ts'
import { userKey } from './repo.ts'

/** The names of these users of a tenant, by their integers. */
export const userNames = async (
  ctx: Context,
  tenantId: string,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> => {
  const keys = [...new Set(ids)].map((id) => userKey(tenantId, id))
  const users = await ctx.main.getMany<Pick<User, 'id' | 'name'>>(keys, ['id', 'name'])
  return new Map(users.map(({ id, name }) => [id, name]))
}
