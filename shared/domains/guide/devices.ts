import type { Counters } from '#data/counters.ts'
import type { Key } from '#data/expressions.ts'
import type { Write } from '#data/table.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { randomSecret } from '#kit/ids.ts'
import { createDevice } from '../devices/create.ts'
import { type Device, phoneOf } from '../devices/model.ts'
import { deviceKey } from '../devices/repo.ts'
import { UNNAMED } from '../devices/shown-name.ts'
import { hasLogin } from '../devices/status.ts'
import { devicesKey } from './keys.ts'

/** Whose devices are meant. */
export type Owner = { tenantId: string; identity: string }

const listWrite = ({ tenantId, identity }: Owner, deviceId: string): Write => ({
  put: { pk: devicesKey(tenantId, identity), sk: deviceId, listedId: deviceId },
})

/** The write that takes a device from the list of its identity. */
export const unlistWrite = ({ tenantId, identity }: Owner, deviceId: string): Write => ({
  remove: { pk: devicesKey(tenantId, identity), sk: deviceId },
})

/** The devices of an identity, linked or not, in the order in which they were made. */
export const devicesOf = async (ctx: Context, { tenantId, identity }: Owner): Promise<Device[]> => {
  const keys: Key[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<{ listedId: string }>({ pk: devicesKey(tenantId, identity), startKey })
    keys.push(...page.items.map(({ listedId }) => deviceKey(listedId)))
    startKey = page.next
  } while (startKey)
  const devices = await ctx.main.getMany<Device>(keys)
  return devices
    .filter((device) => !device.deletedAt && device.tenantId === tenantId && device.identity === identity)
    .sort((a, b) => a.number - b.number)
}

/** A device that waits for a phone, or could: the newest one. */
export const pendingDevice = (devices: Device[]): Device | undefined =>
  devices.findLast((device) => device.jid === undefined && device.state !== 'loggedOut')

/** The devices of an identity that have a phone's number; what is logged in stands first. Throws `not_found` for none. */
export const devicesWithPhone = async (ctx: Context, owner: Owner, phone: string): Promise<[Device, ...Device[]]> => {
  const found = (await devicesOf(ctx, owner)).filter((device) => phoneOf(device) === phone.replace(/^\+/, ''))
  const [first, ...others] = [...found.filter(hasLogin).reverse(), ...found.filter((device) => !hasLogin(device))]
  if (!first) throw fail('not_found', { message: 'There is no such device.' })
  return [first, ...others]
}

/** Makes a device of an identity that a phone can be linked to. */
export const createPendingDevice = (ctx: Context, counters: Counters, owner: Owner): Promise<Device> =>
  createDevice(ctx, counters, {
    tenantId: owner.tenantId,
    name: UNNAMED,
    token: randomSecret(),
    identity: owner.identity,
    writes: (deviceId) => [listWrite(owner, deviceId)],
  })
