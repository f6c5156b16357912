import type { Connection, Device } from './companion.ts'
import { announceDevices } from './device-list.ts'
import { unixSeconds } from './events.ts'
import { faultTarget } from './faults.ts'
import { lidJid } from './jid.ts'
import { node } from './nodes.ts'
import type { ClientHandshake } from './noise.ts'
import { persistDevice } from './persist.ts'
import { dropQueue } from './queue.ts'
import type { World } from './world.ts'

const BANNED_FOR_A_TIME = 402
const BAN_SECONDS = 3600

/** WhatsApp's number for a ban because of messages to too many people who have not the number among their contacts. */
const TOO_MANY_PEOPLE = 101

/** Refuses a login; the client closes with the reason as its code. A ban says why, and for how many seconds. */
function refuse(connection: Connection, reason: number): void {
  const ban = reason === BANNED_FOR_A_TIME ? { code: TOO_MANY_PEOPLE, expire: BAN_SECONDS } : {}
  connection.send(node('failure', { reason, location: 'sandbox', ...ban }))
  connection.close()
}

/** A second connection of the same companion ends the first. */
function replace(device: Device, connection: Connection): void {
  const before = device.connection
  device.connection = connection
  if (!before) return
  before.send(node('stream:error', {}, [node('conflict', { type: 'replaced' })]))
  before.device = undefined
  before.close()
}

/**
 * Logs a companion in. It is known by the noise key of its pairing; a companion that was unlinked, or never linked,
 * gets the failure 401 on which clients delete their credentials.
 */
export function logIn(world: World, connection: Connection, handshake: ClientHandshake): void {
  const { payload } = handshake
  const phone = world.phones.get(String(payload.username ?? ''))
  const device = phone?.devices.get(payload.device ?? 0)
  if (!phone || !device?.noisePublic.equals(handshake.noisePublic)) {
    refuse(connection, 401)
    return
  }
  const fault = world.faults.take('login-failure', faultTarget(device))
  if (fault) {
    refuse(connection, fault.code ?? 403)
    return
  }
  replace(device, connection)
  connection.device = device
  device.available = false
  if (world.faults.take('silence', faultTarget(device))) connection.silent = true
  const now = unixSeconds()
  connection.send(
    node('success', {
      t: now,
      props: 1,
      lid: world.faults.take('no-lids', faultTarget(device)) ? undefined : lidJid(phone.lid, device.id),
      display_name: phone.name,
      creation: device.linkedAt,
      location: 'sandbox',
    }),
  )
  world.hub.emit({ type: 'connection.opened', phone: phone.phone, device: device.id })
}

/**
 * Removes a companion. When it is connected it is told so by the stream error 401; otherwise its next login fails with
 * that reason.
 */
export async function unlink(world: World, device: Device, told: boolean): Promise<void> {
  const phone = world.phones.get(device.phone)
  if (!phone || phone.devices.get(device.id) !== device) return
  phone.devices.delete(device.id)
  dropQueue(world, device)
  persistDevice(world, phone, device)
  world.journal.mark(`prekeys/${device.phone}/${device.id}`, () => undefined)
  const { connection } = device
  device.connection = undefined
  if (connection && told) {
    connection.send(node('stream:error', { code: 401 }, [node('conflict', { type: 'device_removed' })]))
    connection.close()
  }
  announceDevices(world, phone, 'remove', device)
  world.hub.emit({ type: 'device.unlinked', phone: phone.phone, device: device.id })
  await world.journal.flush()
}
