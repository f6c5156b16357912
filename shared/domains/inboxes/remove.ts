import { untilSettled } from '#data/settle.ts'
import type { Actor } from '#kit/actor.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { findDevice, listDevices } from '../devices/repo.ts'
import { endSockets } from '../sessions/end.ts'
import { findUser, listUsers } from '../users/repo.ts'
import { unassignDevice } from './devices.ts'
import { inboxDeleted } from './events.ts'
import { takeOut } from './members.ts'
import { type Inbox, inboxKey } from './model.ts'
import { findStoredInbox, inboxAudit, isThere } from './repo.ts'

/** Nobody finds the inbox from here on, and nothing comes into it. */
const markDeleted = async (ctx: Context, actor: Actor, id: number): Promise<void> => {
  const nowMs = ctx.clock.nowMs()
  await ctx.main.transact([
    {
      update: inboxKey(actor.tenantId, id),
      set: { deletedAt: isoTime(nowMs) },
      condition: isThere,
      events: [raise(inboxDeleted, nowMs)],
    },
    inboxAudit(ctx, actor, id, inboxDeleted.type),
  ])
}

const takeOutAll = async (ctx: Context, actor: Actor, inbox: Inbox): Promise<void> => {
  const { tenantId, id } = inbox
  const members = (await listUsers(ctx, tenantId)).filter(({ inboxIds }) => inboxIds.includes(id))
  for (const member of members) {
    await untilSettled(async () => {
      const user = await findUser(ctx, tenantId, member.id)
      return user?.inboxIds.includes(id) ? takeOut(ctx, actor, inbox, user) : undefined
    })
  }
  await endSockets(
    ctx,
    tenantId,
    members.map((member) => member.id),
  )
}

const unassignAll = async (ctx: Context, { tenantId, id }: Inbox): Promise<void> => {
  for (const one of await listDevices(ctx, tenantId)) {
    if (one.inboxId !== id) continue
    await untilSettled(async () => {
      const device = await findDevice(ctx, one.id)
      return device?.inboxId === id ? unassignDevice(ctx, device) : undefined
    })
  }
}

/**
 * Deletes an inbox. It is gone with the first write, whoever and whatever is in it; members and devices leave it after that, and a
 * deletion that broke off is carried on when it is asked for again. Throws `not_found`.
 */
export const deleteInbox = async (ctx: Context, actor: Actor, id: number): Promise<void> => {
  const { tenantId } = actor
  const inbox = await findStoredInbox(ctx, tenantId, id)
  if (!inbox) throw fail('not_found', { message: 'There is no such inbox.' })
  if (inbox.deletedAt === undefined) await untilSettled(() => markDeleted(ctx, actor, id))
  await takeOutAll(ctx, actor, inbox)
  await unassignAll(ctx, inbox)
  await ctx.main.remove(inboxKey(tenantId, id), { text: 'attribute_exists(#deletedAt)' })
}
