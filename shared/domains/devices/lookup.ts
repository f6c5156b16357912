import type { Actor } from '#kit/actor.ts'
import type { Context } from '#kit/context.ts'
import { decryptAtRest } from '#kit/crypto.ts'
import { fail } from '#kit/errors.ts'
import { findCredential } from '../credentials/repo.ts'
import type { Device } from './model.ts'
import { findDevice, getDevice } from './repo.ts'

/** The device that the actor's credential stands for. Throws `unauthenticated` when it is gone. */
export const ownDevice = async (ctx: Context, actor: Actor): Promise<Device> => {
  const device = actor.deviceId === undefined ? undefined : await findDevice(ctx, actor.deviceId)
  if (device?.tenantId !== actor.tenantId) throw fail('unauthenticated')
  return device
}

/** The tenant's device that a token names; undefined for an unknown one and for another tenant's. */
export const findDeviceByToken = async (ctx: Context, tenantId: string, token: string): Promise<Device | undefined> => {
  const credential = await findCredential(ctx, token)
  if (credential?.kind !== 'deviceToken' || credential.tenantId !== tenantId || !credential.deviceId) return undefined
  return getDevice(ctx, tenantId, credential.deviceId)
}

/** The token of a device, for answers that show it as documented. */
export const tokenOf = (device: Pick<Device, 'id' | 'tokenCipher'>): Promise<string> =>
  decryptAtRest(device.tokenCipher, device.id)
