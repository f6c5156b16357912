import { LOST, untilSettled } from '#data/settle.ts'
import type { Write } from '#data/table.ts'
import type { Actor } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { endSockets } from '../sessions/end.ts'
import type { User } from '../users/model.ts'
import { listUsers, requireUser, userKey } from '../users/repo.ts'
import { memberAdded, memberRemoved } from './events.ts'
import { type Inbox, inboxKey, MOST_INBOXES } from './model.ts'
import { inboxAudit, isThere, listStoredInboxes, requireInbox } from './repo.ts'

const countWrite = (ctx: Context, { tenantId, id }: Inbox, userId: number, by: 1 | -1): Write => ({
  update: inboxKey(tenantId, id),
  add: { memberCount: by },
  // Nobody comes into one that is being deleted; who leaves it is counted to its end.
  condition: by === 1 ? isThere : { text: 'attribute_exists(#pk)' },
  events: [raise(by === 1 ? memberAdded : memberRemoved, ctx.clock.nowMs(), { userId })],
})

/**
 * What the inboxes write when a user's memberships go from one list to another; the user's own list is the caller's. Throws
 * `validation_failed` naming `inbox_ids` for an inbox that is not there.
 */
export const membershipWrites = async (
  ctx: Context,
  user: Pick<User, 'tenantId' | 'id'>,
  before: readonly number[],
  after: readonly number[],
): Promise<Write[]> => {
  const joins = after.filter((id) => !before.includes(id))
  const leaves = before.filter((id) => !after.includes(id))
  if (joins.length + leaves.length === 0) return []
  const stored = new Map((await listStoredInboxes(ctx, user.tenantId)).map((inbox) => [inbox.id, inbox]))
  const unknown = joins.filter((id) => stored.get(id)?.deletedAt !== undefined || !stored.has(id))
  if (unknown.length > 0) {
    const message = `there is no inbox ${unknown.join(', ')}`
    throw fail('validation_failed', { details: [{ path: 'inbox_ids', message }] })
  }
  const counted = (ids: number[], by: 1 | -1): Write[] =>
    ids.flatMap((id) => {
      const inbox = stored.get(id)
      return inbox ? [countWrite(ctx, inbox, user.id, by)] : []
    })
  return [...counted(joins, 1), ...counted(leaves, -1)]
}

/** The members of an inbox by number. Throws `not_found`. */
export const listMembers = async (ctx: Context, tenantId: string, id: number): Promise<User[]> => {
  await requireInbox(ctx, tenantId, id)
  return (await listUsers(ctx, tenantId)).filter(({ inboxIds }) => inboxIds.includes(id))
}

/** Puts another list of inboxes on a user, with what the inboxes write, if he still is as he was read. */
const setInboxes = async (
  ctx: Context,
  user: User,
  inboxIds: number[],
  writes: Write[],
): Promise<User | typeof LOST> => {
  const change = { inboxIds, updatedAt: isoTime(ctx.clock.nowMs()) }
  const outcome = await ctx.main.transact([
    {
      update: userKey(user.tenantId, user.id),
      set: change,
      condition: {
        text: '#inboxIds = :inboxIds AND #state = :state',
        values: { inboxIds: user.inboxIds, state: user.state },
      },
    },
    ...writes,
  ])
  return outcome.ok ? { ...user, ...change } : LOST
}

/** A member of an inbox or anybody else of the team. Throws `not_found`, which says whom it did not find. */
const requireNamedUser = async (ctx: Context, tenantId: string, id: number): Promise<User> => {
  try {
    return await requireUser(ctx, tenantId, id)
  } catch (error) {
    throw fail('not_found', { message: `There is no user ${id}.`, cause: error })
  }
}

/** Puts a user into an inbox; one who is in it already stays. Throws `not_found`, and `conflict` for one who is in too many. */
export const addMember = async (ctx: Context, actor: Actor, id: number, userId: number): Promise<User> => {
  const { tenantId } = actor
  const { user, changed } = await untilSettled(async () => {
    const inbox = await requireInbox(ctx, tenantId, id)
    const found = await requireNamedUser(ctx, tenantId, userId)
    if (found.inboxIds.includes(id)) return { user: found, changed: false }
    if (found.inboxIds.length >= MOST_INBOXES) {
      throw fail('conflict', { message: `The user is in ${MOST_INBOXES} inboxes, and cannot be in more.` })
    }
    const user = await setInboxes(
      ctx,
      found,
      [...found.inboxIds, id],
      [countWrite(ctx, inbox, userId, 1), inboxAudit(ctx, actor, id, memberAdded.type, { userId })],
    )
    return user === LOST ? LOST : { user, changed: true }
  })
  if (changed) await endSockets(ctx, tenantId, [userId])
  return user
}

/** Takes a user out of an inbox. Throws `not_found` for an inbox that is not there and for one who is not in it. */
export const removeMember = async (ctx: Context, actor: Actor, id: number, userId: number): Promise<User> => {
  const { tenantId } = actor
  const user = await untilSettled(async () => {
    const inbox = await requireInbox(ctx, tenantId, id)
    const found = await requireNamedUser(ctx, tenantId, userId)
    if (!found.inboxIds.includes(id)) throw fail('not_found', { message: `User ${userId} is not in this inbox.` })
    return takeOut(ctx, actor, inbox, found)
  })
  await endSockets(ctx, tenantId, [userId])
  return user
}

/** One attempt to take a user out of an inbox. */
export const takeOut = (ctx: Context, actor: Actor, inbox: Inbox, user: User): Promise<User | typeof LOST> =>
  setInboxes(
    ctx,
    user,
    user.inboxIds.filter((one) => one !== inbox.id),
    [countWrite(ctx, inbox, user.id, -1), inboxAudit(ctx, actor, inbox.id, memberRemoved.type, { userId: user.id })],
  )
