import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { userUpdated } from '../users/events.ts'
import type { User } from '../users/model.ts'
import { userKey } from '../users/repo.ts'

/** Changes what users say of themselves. Throws `not_found` when the user is gone. */
export const changeProfile = async (
  ctx: Context,
  user: User,
  change: Partial<Pick<User, 'name' | 'timezone' | 'locale'>>,
): Promise<User> => {
  const nowMs = ctx.clock.nowMs()
  const changed = (['name', 'timezone', 'locale'] as const).filter(
    (field) => change[field] !== undefined && change[field] !== user[field],
  )
  if (changed.length === 0) return user
  const outcome = await ctx.main.update<User>(userKey(user.tenantId, user.id), {
    set: { ...change, updatedAt: isoTime(nowMs) },
    condition: { text: 'attribute_exists(#pk)' },
    events: [raise(userUpdated, nowMs, { changed })],
  })
  if ('lost' in outcome) throw fail('not_found')
  return outcome.item
}
