import type { Counters } from '#data/counters.ts'
import type { Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { encryptAtRest, tokenHash } from '#kit/crypto.ts'
import { raise } from '#kit/define-event.ts'
import { fail } from '#kit/errors.ts'
import { newDeviceId } from '#kit/ids.ts'
import { credentialWrite } from '../credentials/repo.ts'
import { deviceCreated } from './events.ts'
import { type Device, type DeviceSettings, type DeviceWebhook, defaultSettings } from './model.ts'
import { createDeviceWrite } from './repo.ts'

/** What a new device is made from. `settings` get the id, because secrets inside are sealed for it. */
export type NewDevice = {
  tenantId: string
  name: string
  token: string
  webhook?: DeviceWebhook
  workspace?: string
  settings?: (deviceId: string) => Promise<DeviceSettings>
  /** Whose device it is, where tokens of the Guide's share devices. */
  identity?: string
  /** Written with the device. */
  writes?: (deviceId: string) => Write[]
}

/** Shard of a device id: ids are random, so their first digits spread devices evenly. */
export const shardOf = (deviceId: string, shardCount: number): number =>
  Number.parseInt(deviceId.slice(0, 8), 16) % Math.max(1, shardCount)

/** Shards of this installation. */
const shardCount = (): number => Number(process.env.SHARD_COUNT ?? 1)

/** Makes a device and takes its token, both or neither. Throws `token_taken`. */
export const createDevice = async (
  ctx: Context,
  counters: Counters,
  input: NewDevice,
  shards = shardCount(),
): Promise<Device> => {
  const { tenantId, name, token, webhook, workspace, identity } = input
  const id = newDeviceId()
  const nowMs = ctx.clock.nowMs()
  const createdAt = isoTime(nowMs)
  const [number, hash, tokenCipher, settings] = await Promise.all([
    counters(tenantId, 'device', 1),
    tokenHash(token),
    encryptAtRest(token, id),
    input.settings?.(id) ?? defaultSettings(),
  ])
  const device: Device = {
    id,
    tenantId,
    number,
    name,
    shard: shardOf(id, shards),
    workspace,
    identity,
    tokenCipher,
    tokenHash: hash,
    webhook,
    settings,
    desired: 'offline',
    state: 'idle',
    transitions: [],
    createdAt,
  }
  const outcome = await ctx.main.transact([
    createDeviceWrite(device, [raise(deviceCreated, nowMs)]),
    credentialWrite(hash, {
      kind: 'deviceToken',
      tenantId,
      refId: id,
      deviceId: id,
      capabilities: ['chats.send'],
      name,
      createdAt,
      expiresOn: settings.expiration > 0 ? isoTime(settings.expiration * 1000) : undefined,
    }),
    ...(input.writes?.(id) ?? []),
  ])
  if (!outcome.ok) throw fail('token_taken')
  return device
}
