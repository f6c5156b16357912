import type { Key } from '#data/expressions.ts'
import { ttlIn } from '#data/schema.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { newId } from '#kit/ids.ts'
import { auditWrite } from '../audit/log.ts'
import type { User } from '../users/model.ts'
import { authLogin, authRefreshReuse } from './events.ts'

/** Seconds after which a session ends whatever happens. */
export const ABSOLUTE_SECONDS = 90 * 24 * 3600

/** One sign-in and all tokens that come of it. */
export type Family = Key & {
  revoked: boolean
  startedMs: number
  tenantId: string
  userId: number
  /** The user's token version at the sign-in. */
  ver: number
}

const familyKey = (id: string): Key => ({ pk: `RTF#${id}`, sk: 'META' })

/** Starts a family for a user who has proved who he is; gives its id. */
export const startFamily = async (ctx: Context, user: User): Promise<{ id: string; startedMs: number }> => {
  const startedMs = ctx.clock.nowMs()
  const id = newId('session')
  const facts = { revoked: false, startedMs, tenantId: user.tenantId, userId: user.id, ver: user.tokenVersion }
  const by = { tenantId: user.tenantId, kind: 'userToken', id: String(user.id) } as const
  await ctx.main.transact([
    {
      put: { ...familyKey(id), ...facts, expiresAt: ttlIn(ABSOLUTE_SECONDS, startedMs) },
      events: [raise(authLogin, startedMs)],
    },
    auditWrite(ctx, by, { action: authLogin.type, subject: { kind: 'session', id } }),
  ])
  return { id, startedMs }
}

/** A family, ended or not; undefined when it is unknown or long over. */
export const findFamily = (ctx: Context, id: string): Promise<Family | undefined> => ctx.main.get<Family>(familyKey(id))

/** Whether a session was ended before its time. */
export const sessionEnded = async (ctx: Context, id: string): Promise<boolean> =>
  (await ctx.main.get<Family>(familyKey(id), { fields: ['revoked'] }))?.revoked === true

/** Ends a family: none of its tokens is worth anything from now on. `reused` says that a copy of one of them turned up. */
export const endFamily = async (ctx: Context, id: string, reused = false): Promise<void> => {
  await ctx.main.update(familyKey(id), {
    set: { revoked: true },
    condition: { text: 'attribute_exists(#pk)' },
    events: reused ? [raise(authRefreshReuse, ctx.clock.nowMs())] : undefined,
    returns: 'none',
  })
}
