import type { Threads } from '#domains/conversations/threads.ts'
import { type Device, isOnline, phoneOf } from '#domains/devices/model.ts'
import { getDeviceByNumber } from '#domains/devices/repo.ts'
import { hasLogin } from '#domains/devices/status.ts'
import { mayUse, visibleDevices } from '#domains/devices/visible.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import { AppError, fail } from '#kit/errors.ts'
import { phoneDigits, type Recipient, readRecipient } from '#kit/phone.ts'

/** How a caller names the sending number. */
export type SenderChoice = { device_id?: number; from?: string }

const isFrom = (device: Device, from: string): boolean => {
  const lid = device.lid?.split(/[:@]/)[0]
  const named = readRecipient(from)
  if (named?.address.lid) return named.address.lid === `${lid}@lid`
  const digits = phoneDigits(from) ?? named?.jid.split('@')[0]
  return digits !== undefined && digits === phoneOf(device)
}

/** The device with a number, as far as the caller may know of it; the error names the field. */
const byNumber = async (ctx: OperationContext, number: number): Promise<Device> => {
  const device = await getDeviceByNumber(ctx, ctx.actor.tenantId, number).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  })
  if (device && mayUse(ctx.actor, device)) return device
  throw fail('not_found', { message: 'No device has the number in "device_id".' })
}

/**
 * The device that sends: the requested one whatever its state (sending refuses it when it is not connected), or any connected
 * one, first of all one that has written with this person before. Throws `not_found` and `device_not_connected`.
 */
export const chooseSender = async (
  ctx: OperationContext,
  threads: Threads,
  { device_id, from }: SenderChoice,
  to: Recipient,
): Promise<Device> => {
  if (device_id !== undefined) {
    const device = await byNumber(ctx, device_id)
    if (from !== undefined && !isFrom(device, from)) {
      const message = 'names another device than device_id'
      throw fail('validation_failed', { details: [{ path: 'from', message }] })
    }
    return device
  }
  const devices = await visibleDevices(ctx)
  if (from !== undefined) {
    const named = devices.filter((candidate) => isFrom(candidate, from))
    // A number whose login ended was requested all the same; sending says what is wrong with it.
    const device = named.find(hasLogin) ?? named[0]
    if (!device) throw fail('not_found', { message: 'No device has the number in "from".' })
    return device
  }
  const connected = devices.filter((device) => isOnline(device) && hasLogin(device))
  for (const device of connected.length > 1 ? connected.slice(0, 20) : []) {
    if (await threads.find(ctx, device.tenantId, device.id, to.jid)) return device
  }
  const [first] = connected
  if (!first) throw fail('device_not_connected', { message: 'No device is connected.' })
  return first
}
