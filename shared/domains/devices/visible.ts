import type { Actor } from '#kit/actor.ts'
import type { Context } from '#kit/context.ts'
import { seesDevice } from '../inboxes/scope.ts'
import type { Device } from './model.ts'
import { listDevices } from './repo.ts'

/** Whether the actor may see a device of his tenant: his credential's own one, or those that `seesDevice` leaves him. */
export const mayUse = (actor: Actor, device: Device): boolean =>
  (actor.deviceId === undefined || actor.deviceId === device.id) && seesDevice(actor, device)

/** The devices the actor sees. */
export const visibleDevices = async (ctx: Context & { actor: Actor }): Promise<Device[]> =>
  (await listDevices(ctx, ctx.actor.tenantId)).filter((device) => mayUse(ctx.actor, device))
