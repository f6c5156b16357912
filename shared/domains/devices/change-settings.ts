import type { Context } from '#kit/context.ts'
import { AppError, fail } from '#kit/errors.ts'
import { ask, type CommandPort } from '../commands/dispatch.ts'
import type { Work } from '../commands/model.ts'
import type { Device, DeviceSettings } from './model.ts'
import { changeDevice, findDevice } from './repo.ts'

const TRIES = 8

/** Milliseconds a caller waits until the task that owns the device works by the new settings. */
const TAKEN_UP_WAIT_MS = 3_000

/**
 * Changes some settings of a device and leaves the others, also those that somebody else changes at the same moment. Throws
 * `not_found` when the device is gone and `try_again` when it is changed all the time.
 */
export const changeSettings = async (
  ctx: Context,
  device: Device,
  change: Partial<DeviceSettings>,
): Promise<Device> => {
  let before = device
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const changed = await changeDevice(ctx, device.id, {
      set: { settings: { ...before.settings, ...change } },
      condition: { text: '#settings = :before', values: { before: before.settings } },
    })
    if (changed) return changed
    const found = await findDevice(ctx, device.id)
    if (!found) throw fail('not_found')
    before = found
  }
  throw fail('try_again')
}

/**
 * Tells the task that owns the device to work by its settings as they are now, and waits a moment until it does. What is stored
 * counts in any case: a task that does not answer reads it when it takes the device up.
 */
export const takeUpSettings = (port: CommandPort, device: Device): Promise<void> =>
  tell(port, device, { type: 'device.reconcile' })

/** The same for settings that only a new connection works by: one that stands is closed and opened again. */
export const reconnect = (port: CommandPort, device: Device): Promise<void> =>
  tell(port, device, { type: 'device.reconnect' })

const tell = async (port: CommandPort, device: Device, work: Work): Promise<void> => {
  if (device.desired !== 'online') return
  try {
    await ask(port, device, work, TAKEN_UP_WAIT_MS)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
}
