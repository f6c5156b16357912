import type { Actor } from '#kit/actor.ts'
import type { Device } from '../devices/model.ts'

/** What limits the devices somebody sees, as an actor or an open connection carries it. */
export type DeviceScope = Pick<Actor, 'inboxIds' | 'identity'>

const inInboxes = (inboxIds: readonly number[], inboxId: number | undefined): boolean =>
  inboxIds.length === 0 ? inboxId === undefined : inboxId !== undefined && inboxIds.includes(inboxId)

/**
 * The one rule of who sees a device of his tenant, and with it its conversations, files and events. A token of the Guide's sees the
 * devices of its identity. A user whose role has `inbox.view_all` (he carries no `inboxIds`) sees every device, one who is in
 * inboxes exactly theirs, and one who is in none the devices that are in no inbox: without inboxes everybody sees all.
 */
export const seesDevice = (
  { inboxIds, identity }: DeviceScope,
  device: Pick<Device, 'inboxId' | 'identity'>,
): boolean =>
  (identity === undefined || identity === device.identity) &&
  (inboxIds === undefined || inInboxes(inboxIds, device.inboxId))
