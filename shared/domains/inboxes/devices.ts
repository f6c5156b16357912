import { LOST, untilSettled } from '#data/settle.ts'
import type { Write } from '#data/table.ts'
import type { Actor } from '#kit/actor.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import type { Device } from '../devices/model.ts'
import { deviceKey, getDeviceByNumber } from '../devices/repo.ts'
import { deviceAssigned } from './events.ts'
import { inboxKey } from './model.ts'
import { findStoredInbox, inboxAudit, isThere, requireInbox } from './repo.ts'

/** The condition that a device is where it was when it was read. */
export const stillIn = (inboxId: number | undefined) => ({
  text: `attribute_exists(#pk) AND attribute_not_exists(#deletedAt) AND ${
    inboxId === undefined ? 'attribute_not_exists(#inboxId)' : '#inboxId = :inboxId'
  }`,
  values: inboxId === undefined ? undefined : { inboxId },
})

/** What a device's inbox writes when the device leaves it. */
export const leavingWrites = async (ctx: Context, device: Pick<Device, 'tenantId' | 'inboxId'>): Promise<Write[]> => {
  const { tenantId, inboxId } = device
  const inbox = inboxId === undefined ? undefined : await findStoredInbox(ctx, tenantId, inboxId)
  if (!inbox) return []
  const condition = { text: 'attribute_exists(#pk)' }
  return [{ update: inboxKey(tenantId, inbox.id), add: { deviceCount: -1 }, condition }]
}

const requireNamedDevice = async (ctx: Context, tenantId: string, number: number): Promise<Device> => {
  try {
    return await getDeviceByNumber(ctx, tenantId, number)
  } catch (error) {
    throw fail('not_found', { message: `There is no device ${number}.`, cause: error })
  }
}

/** Puts a device into an inbox, and takes it out of the one it was in. Throws `not_found`. */
export const assignDevice = (ctx: Context, actor: Actor, id: number, number: number): Promise<Device> =>
  untilSettled(async () => {
    const { tenantId } = actor
    await requireInbox(ctx, tenantId, id)
    const device = await requireNamedDevice(ctx, tenantId, number)
    const { inboxId: previous } = device
    if (previous === id) return device
    const outcome = await ctx.main.transact([
      {
        update: deviceKey(device.id),
        set: { inboxId: id },
        condition: stillIn(previous),
        events: [raise(deviceAssigned, ctx.clock.nowMs(), { previous })],
      },
      { update: inboxKey(tenantId, id), add: { deviceCount: 1 }, condition: isThere },
      ...(await leavingWrites(ctx, device)),
      inboxAudit(ctx, actor, id, deviceAssigned.type, { device: number, previous }),
    ])
    return outcome.ok ? { ...device, inboxId: id } : LOST
  })

/** One attempt to take a device out of its inbox, because that is deleted. */
export const unassignDevice = async (ctx: Context, device: Device): Promise<Device | typeof LOST> => {
  const { inboxId: previous } = device
  const outcome = await ctx.main.transact([
    {
      update: deviceKey(device.id),
      remove: ['inboxId'],
      condition: stillIn(previous),
      events: [raise(deviceAssigned, ctx.clock.nowMs(), { previous })],
    },
    ...(await leavingWrites(ctx, device)),
  ])
  return outcome.ok ? { ...device, inboxId: undefined } : LOST
}
