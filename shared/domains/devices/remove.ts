import { ttlIn } from '#data/schema.ts'
import { LOST, untilSettled } from '#data/settle.ts'
import type { Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { AppError, fail } from '#kit/errors.ts'
import { ask, type CommandPort, dispatch, makeCommand } from '../commands/dispatch.ts'
import { removeCredentialWrite } from '../credentials/repo.ts'
import { leavingWrites, stillIn } from '../inboxes/devices.ts'
import { logOut } from './connection.ts'
import { deviceDeleted } from './events.ts'
import type { Device } from './model.ts'
import { deviceKey, findDevice } from './repo.ts'

/** Seconds that the mark of a deleted device is kept, for events about it that are still under way. */
const MARK_KEPT_SECONDS = 30 * 24 * 3600

/**
 * What a deletion writes: the token stops working, the device is found by nobody any more, and the event leaves. The item
 * itself goes later, because an item that is removed at once could not carry its event.
 */
const deletionWrites = async (ctx: Context, device: Device): Promise<Write[]> => {
  const nowMs = ctx.clock.nowMs()
  return [
    {
      update: deviceKey(device.id),
      set: { deletedAt: isoTime(nowMs), desired: 'offline', expiresAt: ttlIn(MARK_KEPT_SECONDS, nowMs) },
      remove: [
        'gsi1pk',
        'gsi1sk',
        'gsi2pk',
        'gsi2sk',
        'tokenCipher',
        'webhook',
        'settings',
        'qr',
        'pairing',
        'inboxId',
      ],
      condition: stillIn(device.inboxId),
      events: [raise(deviceDeleted, nowMs)],
    },
    removeCredentialWrite(device.tokenHash),
    ...(await leavingWrites(ctx, device)),
  ]
}

/**
 * Marks a device as deleted, and takes it out of its inbox. One that somebody moved to another inbox at the same moment leaves that
 * one. Throws `not_found` when somebody else was faster.
 */
const markDeleted = (ctx: Context, device: Device, more: Write[]): Promise<void> =>
  untilSettled(async () => {
    const present = await findDevice(ctx, device.id)
    if (!present) throw fail('not_found')
    const outcome = await ctx.main.transact([...(await deletionWrites(ctx, present)), ...more])
    if (outcome.ok) return
    const isMoved = (await findDevice(ctx, device.id))?.inboxId !== present.inboxId
    if (!isMoved) throw fail('not_found')
    return LOST
  })

/** Milliseconds to wait until the task that holds a deleted device has let go of it. */
const LET_GO_WAIT_MS = 10_000

/**
 * Deletes a device's record and token and waits until its connection is closed, so that nobody uses or writes its login any
 * more; `more` is written with the deletion. WhatsApp is not told: the phone still lists the device. Throws `not_found` when
 * somebody else was faster.
 */
export const removeDevice = async (
  ctx: Context,
  port: CommandPort,
  device: Device,
  more: Write[] = [],
): Promise<void> => {
  await markDeleted(ctx, device, more)
  try {
    await ask(port, device, { type: 'device.reconcile' }, LET_GO_WAIT_MS)
  } catch (error) {
    // Nobody holds it, or nobody answers now. The command stays queued, and no task takes a device that is gone.
    ctx.log.info('no task let go of a deleted device', { deviceId: device.id, error: String(error) })
  }
}

/**
 * Ends a device's login at WhatsApp, then deletes its record and token; `more` is written with the deletion. The login comes first: without the record nobody
 * could end it any more. Throws `try_again`, with the device as it was, when no task could end the login.
 */
export const logOutAndRemove = async (
  ctx: Context,
  port: CommandPort,
  device: Device,
  more: Write[] = [],
): Promise<void> => {
  if (device.state !== 'idle' || device.jid !== undefined) await endLogin(ctx, port, device)
  await markDeleted(ctx, device, more)
  // A task that still holds the device lets go of it when it finds the record gone.
  await dispatch(port, device, makeCommand(ctx.clock, device, { type: 'device.reconcile' }))
}

const endLogin = async (ctx: Context, port: CommandPort, device: Device): Promise<void> => {
  try {
    await logOut(ctx, port, device)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const message = 'The login could not be ended, so nothing was removed. Try again.'
    throw fail('try_again', { message, cause: error })
  }
}
