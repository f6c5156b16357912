import { unlink } from './login.ts'
import type { Phone } from './model.ts'
import type { World } from './world.ts'

/** A companion logged itself, or another one, out. The one that asked closes its connection by itself. */
export function logOutDevice(world: World, phone: Phone, id: number): void {
  const device = phone.devices.get(id)
  if (!device) return
  const { connection } = device
  unlink(world, device, false).catch(() => undefined)
  // Only its answer may still have to leave.
  if (connection) setImmediate(() => connection.close())
}
