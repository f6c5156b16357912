import { fail } from '#kit/errors.ts'
import { CONNECTION_STATES, type Device, isOnline } from '../devices/model.ts'
import { hasLogin } from '../devices/status.ts'

/** Characters of a text message at most. */
export const TEXT_LIMIT = 4096

/** Characters of a caption at most. */
export const CAPTION_LIMIT = 1024

/** Seconds after which a message may disappear: a day, a week, ninety days. */
export const DURATIONS = [86_400, 604_800, 7_776_000] as const

/**
 * What a document says about a device that cannot send. `session`: DIGIGO's `no session`. `device`: an error that names the
 * device's state. `strict`: the same, and nothing is queued for a device that only just lost its connection.
 */
export type Readiness = 'session' | 'device' | 'strict'

/** The document's bare text for a device that was never paired; a login that ended says what to do. */
const noSession = (device: Device): Error =>
  device.state === 'loggedOut'
    ? fail('no_session', { message: 'no session: the device is logged out, pair it again' })
    : fail('no_session')

/**
 * Throws unless the device can send: it has a login, its connection is wanted, and WhatsApp does not refuse it. Short breaks of
 * a connection do not count (but for `strict`): the message waits in the queue.
 */
export const assertCanSend = (device: Device, readiness: Readiness): void => {
  if (isOnline(device) && device.jid !== undefined) return
  const about = { state: device.state, reason: device.reason ?? CONNECTION_STATES[device.state] }
  if (!hasLogin(device)) {
    if (readiness === 'session') throw noSession(device)
    if (device.state === 'loggedOut') throw fail('device_logged_out', { data: about })
    throw fail('device_not_connected', { message: 'The device is not paired with a phone.', data: about })
  }
  if (device.desired === 'offline') {
    if (readiness === 'session') {
      throw fail('no_session', { message: 'no session: the device is disconnected, connect it first' })
    }
    throw fail('device_not_connected', { message: 'The device is disconnected.', data: about })
  }
  if (device.state === 'failed' || readiness === 'strict') throw fail('device_not_connected', { data: about })
}
