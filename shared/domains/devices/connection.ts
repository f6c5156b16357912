import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { ask, type CommandPort, dispatch, makeCommand } from '../commands/dispatch.ts'
import { pollUntil } from '../commands/poll.ts'
import { CONNECTION_STATES, type Device, isOnline } from './model.ts'
import { currentQr } from './qr.ts'
import { changeDevice, findDevice } from './repo.ts'
import { hasLogin, isConnected, isWanted } from './status.ts'

/** Milliseconds a caller waits until a connection is closed or a login ended. */
const CLOSE_WAIT_MS = 20_000

/** Facts of a login that is over; a device that connects anew must not carry them. */
const NO_LOGIN = {
  jid: undefined,
  lid: undefined,
  pushName: undefined,
  platform: undefined,
  avatarUrl: undefined,
  avatarAt: undefined,
}

/** Asks for a connection: `desired` is stored first, so it comes about even if nobody is there to carry it out now. */
export const requestOnline = async (ctx: Context, port: CommandPort, device: Device): Promise<Device> => {
  const changed = await changeDevice(ctx, device.id, {
    set: { desired: 'online', ...(device.state === 'loggedOut' && NO_LOGIN) },
  })
  if (!changed) throw fail('not_found')
  await dispatch(port, changed, makeCommand(ctx.clock, changed, { type: 'device.reconcile' }))
  return changed
}

/** Looks at the device until `isDone`, or until the time is over; gives it as it is then. Throws `not_found` when it is gone. */
export const watchDevice = async (
  ctx: Context,
  device: Device,
  waitMs: number,
  isDone: (device: Device) => boolean,
): Promise<Device> => {
  let latest: Device = device
  if (isDone(latest)) return latest
  await pollUntil(ctx.clock, waitMs, async () => {
    const found = await findDevice(ctx, device.id)
    if (!found) throw fail('not_found')
    latest = found
    return isDone(found) ? found : undefined
  })
  return latest
}

/**
 * Whether a connection stands, or will not: what a caller who waits after `requestOnline` wants to see. `asked` is the device as
 * that gave it, whose own failure is an old one.
 */
export const isSettled =
  (asked: Device) =>
  (now: Device): boolean =>
    isConnected(now) || (now.state === 'failed' && now.stateAt !== asked.stateAt)

/** Closes the connection and keeps the login; resolves when it is closed. Throws `upstream_timeout` when nobody answers. */
export const goOffline = async (ctx: Context, port: CommandPort, device: Device): Promise<void> => {
  const changed = await changeDevice(ctx, device.id, { set: { desired: 'offline' } })
  if (!changed) throw fail('not_found')
  await ask(port, changed, { type: 'device.reconcile' }, CLOSE_WAIT_MS)
}

/** Milliseconds to wait for a connection over which WhatsApp can be told of a logout. */
const FAREWELL_WAIT_MS = 8_000

/**
 * Ends the login at WhatsApp and deletes it here; resolves when that is done. A device that is not connected is connected for
 * it, since only a live connection can tell WhatsApp. `told` is false when WhatsApp could not be reached: then the phone still
 * lists the device. Throws `upstream_timeout` when no task answers.
 */
export const logOut = async (ctx: Context, port: CommandPort, device: Device): Promise<{ told: boolean }> => {
  let latest = device
  if (hasLogin(device) && !isOnline(device) && device.state !== 'failed') {
    const asked = await requestOnline(ctx, port, device)
    const isDone = (now: Device): boolean => isSettled(asked)(now) || now.state === 'loggedOut'
    latest = await watchDevice(ctx, asked, FAREWELL_WAIT_MS, isDone)
  }
  await ask(port, latest, { type: 'device.logout' }, CLOSE_WAIT_MS - FAREWELL_WAIT_MS)
  return { told: !hasLogin(device) || isOnline(latest) || latest.state === 'loggedOut' }
}

/** What a caller is told whose login is over here while the phone still lists it. */
export const NOT_TOLD = 'WhatsApp was not reached: remove the device on the phone as well.'

/**
 * Ends whatever a device has: its login, or a connection that waits for a phone. A login that ended before, here or on the
 * phone, is ended: that is no failure. Throws `upstream_timeout` as `logOut` does, and gives undefined when there was nothing.
 */
export const endSession = async (
  ctx: Context,
  port: CommandPort,
  device: Device,
): Promise<{ told: boolean } | undefined> => {
  if (hasLogin(device)) return logOut(ctx, port, device)
  if (isWanted(device)) await goOffline(ctx, port, device)
  else if (device.state !== 'loggedOut') return undefined
  return { told: true }
}

/** What a caller gets who asks for a QR code: the text of one that can be scanned now, or that none is needed. */
export type QrAnswer = { loggedIn: true; device: Device } | { loggedIn: false; device: Device; code: string }

/** Code that the client gives for a pairing nobody finished (seen in Baileys). */
const PAIRING_OVER = 408

/**
 * Gives the QR code of a device that is being connected, and waits up to `waitMs` for one that is about to come. Throws
 * `no_session` (nobody asked for a connection, or the codes have run out), `device_not_connected` (WhatsApp refuses the
 * number) and `not_ready` (none came in time).
 */
export const awaitQr = async (ctx: Context, device: Device, waitMs: number): Promise<QrAnswer> => {
  const isDone = (now: Device): boolean =>
    now.desired === 'offline' ||
    now.state === 'failed' ||
    hasLogin(now) ||
    isOnline(now) ||
    currentQr(now, ctx.clock.nowMs()) !== undefined
  const latest = await watchDevice(ctx, device, waitMs, isDone)
  if (hasLogin(latest) && latest.desired === 'online') return { loggedIn: true, device: latest }
  const code = currentQr(latest, ctx.clock.nowMs())
  if (code !== undefined) return { loggedIn: false, device: latest, code }
  if (latest.state === 'failed') {
    throw fail('device_not_connected', { message: latest.reason ?? CONNECTION_STATES.failed })
  }
  if (latest.desired === 'offline') throw noQr(latest)
  const expired = latest.qr !== undefined
  throw fail('not_ready', {
    message: expired
      ? 'The QR code has expired and the next one is not there yet. Ask again in a few seconds.'
      : 'There is no QR code yet. Ask again in a few seconds.',
  })
}

const noQr = (device: Device): Error =>
  device.state === 'idle' && device.code === PAIRING_OVER
    ? fail('no_session', { message: 'no session: the QR codes have expired, connect again to get new ones' })
    : fail('no_session')
