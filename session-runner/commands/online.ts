import { fail } from '#kit/errors.ts'
import type { DeviceSession, Online } from '../connection/device-session.ts'
import type { LiveSocket } from '../connection/socket.ts'

const WAIT_MS = 10_000

/** The device's connection with its state; waits a little for one that is about to be. Throws `device_logged_out` or `device_not_connected`. */
export const requireConnection = async (session: DeviceSession): Promise<Online> => {
  const device = session.device()
  if (device.state === 'loggedOut' || device.jid === undefined) throw fail('device_logged_out')
  const mayComeUp = device.desired === 'online' && device.state !== 'failed'
  const online = session.online() ?? (mayComeUp ? await session.whenOnline(WAIT_MS) : undefined)
  if (!online) throw fail('device_not_connected')
  return online
}

/** The socket of the device's connection; waits and throws as `requireConnection` does. */
export const requireOnline = async (session: DeviceSession): Promise<LiveSocket> =>
  (await requireConnection(session)).socket
