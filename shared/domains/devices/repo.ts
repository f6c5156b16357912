import { absent, type Condition, type Key } from '#data/expressions.ts'
import type { OutboxEvent } from '#data/outbox.ts'
import type { Write } from '#data/table.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import type { Device } from './model.ts'

/** Key of a device; its contacts and the list of its conversations share the partition. */
export const deviceKey = (id: string): Key => ({ pk: `D#${id}`, sk: 'META' })
const numberKey = (number: number): string => String(number).padStart(10, '0')

/** Index keys of a device: gsi1 lists a tenant's devices by number, gsi2 lists a shard's. */
const indexKeys = (device: Pick<Device, 'tenantId' | 'number' | 'shard' | 'id'>): Record<string, string> => ({
  gsi1pk: `DL#${device.tenantId}`,
  gsi1sk: numberKey(device.number),
  gsi2pk: `DS#${device.shard}`,
  gsi2sk: device.id,
})

/** The write that creates a device; the caller puts it in one transaction with the credential's claim. */
export const createDeviceWrite = (device: Device, events: OutboxEvent[]): Write => ({
  put: { ...deviceKey(device.id), ...indexKeys(device), ...device, deviceId: device.id },
  condition: absent,
  events,
})

/** A device by id, whatever its tenant: for the runner and for credentials that name the device itself. */
export const findDevice = async (ctx: Context, id: string): Promise<Device | undefined> => {
  const device = await ctx.main.get<Device>(deviceKey(id))
  return device?.deletedAt ? undefined : device
}

/** A device of a tenant. Throws `not_found` for one that is unknown or another tenant's. */
export const getDevice = async (ctx: Context, tenantId: string, id: string): Promise<Device> => {
  const device = await findDevice(ctx, id)
  if (device?.tenantId !== tenantId) throw fail('not_found')
  return device
}

/** A tenant's device by its integer. Throws `not_found`. */
export const getDeviceByNumber = async (ctx: Context, tenantId: string, number: number): Promise<Device> => {
  const { items } = await ctx.main.query<Key>({ pk: `DL#${tenantId}`, index: 'gsi1', prefix: numberKey(number) })
  const id = items[0]?.pk.slice(2)
  if (!id) throw fail('not_found')
  return getDevice(ctx, tenantId, id)
}

const byKeys = async (ctx: Context, keys: Key[]): Promise<Device[]> => {
  const devices = await ctx.main.getMany<Device>(keys.map(({ pk, sk }) => ({ pk, sk })))
  return devices.filter((device) => !device.deletedAt).sort((a, b) => a.number - b.number)
}

const allKeys = async (ctx: Context, index: 'gsi1' | 'gsi2', pk: string): Promise<Key[]> => {
  const keys: Key[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Key>({ pk, index, startKey })
    keys.push(...page.items)
    startKey = page.next
  } while (startKey)
  return keys
}

/** All devices of a tenant by number. */
export const listDevices = async (ctx: Context, tenantId: string): Promise<Device[]> =>
  byKeys(ctx, await allKeys(ctx, 'gsi1', `DL#${tenantId}`))

/** All devices of a shard: what a task looks at when it takes the shard's lease. The index may lag by moments. */
export const listShardDevices = async (ctx: Context, shard: number): Promise<Device[]> =>
  byKeys(ctx, await allKeys(ctx, 'gsi2', `DS#${shard}`))

/** A change of some attributes of a device, with the events it raises. `undefined` removes an attribute. */
export type DeviceChange = {
  set: { [K in keyof Device]?: Device[K] | undefined }
  events?: OutboxEvent[]
  condition?: Condition
}

/** Changes a device; gives it as it is now, or undefined when the condition did not hold or the device is gone. */
export const changeDevice = async (ctx: Context, id: string, change: DeviceChange): Promise<Device | undefined> => {
  const removed = Object.keys(change.set).filter((name) => change.set[name as keyof Device] === undefined)
  const present = Object.fromEntries(Object.entries(change.set).filter(([, value]) => value !== undefined))
  const outcome = await ctx.main.update<Device>(deviceKey(id), {
    set: present,
    remove: removed,
    events: change.events,
    condition: {
      text: `attribute_exists(#pk)${change.condition ? ` AND (${change.condition.text})` : ''}`,
      values: change.condition?.values,
    },
  })
  return 'item' in outcome ? outcome.item : undefined
}

/**
 * Only the owner with the newest epoch may write the observed state: an older owner's late write is refused. So is a write to a device
 * that was deleted, which would bring personal data back.
 */
export const observedBy = (epoch: number): Condition => ({
  text: 'attribute_not_exists(#deletedAt) AND (attribute_not_exists(#epoch) OR #epoch <= :epoch)',
  values: { epoch },
})
