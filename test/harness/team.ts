import { makeCounters } from '#data/counters.ts'
import type { Role, User } from '#domains/users/model.ts'
import { createRoleWrite, createUserWrites } from '#domains/users/repo.ts'
import { signAccessToken } from '#kit/access-token.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'

/** A user of a tenant as tests call operations: with a token of the CEOX format. */
export type Teammate = { id: number; name: string; headers: { authorization: string } }

/** Makes a user with these capabilities and inboxes. */
export const teammate = async (
  ctx: Context,
  tenantId: string,
  { name = 'Ann', capabilities = ['chats.send', 'contacts.write'], inboxIds = [] as number[] } = {},
): Promise<Teammate> => {
  const counters = makeCounters(ctx.main)
  const now = isoTime(ctx.clock.nowMs())
  const [id, roleId] = await Promise.all([counters(tenantId, 'user'), counters(tenantId, 'role')])
  const role: Role = { id: roleId, tenantId, name: `role ${roleId}`, system: false, capabilities, createdAt: now }
  const user: User = {
    id,
    tenantId,
    email: `u${id}.${tenantId}@example.com`,
    name,
    roleId,
    state: 'ACTIVE',
    presence: 'OFFLINE',
    inboxIds,
    tokenVersion: 1,
    createdAt: now,
    updatedAt: now,
  }
  await ctx.main.transact([createRoleWrite(role), ...createUserWrites(user)])
  const claims = { userId: id, org: tenantId, fmt: 'ceox', sid: 'ses_test', ver: 1 } as const
  return { id, name, headers: { authorization: `Bearer ${await signAccessToken(claims, ctx.clock.nowMs())}` } }
}
