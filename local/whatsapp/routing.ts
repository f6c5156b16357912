import type { BinaryNode } from './nodes.ts'
import { deliverToPhone } from './phone.ts'
import { deliver } from './queue.ts'
import type { Endpoint, World } from './world.ts'

/** Hands a stanza to an account device: through its queue to a companion, in process to a phone. */
export function route(world: World, target: Endpoint, stanza: BinaryNode): void {
  if (target.device === 0) {
    deliverToPhone(world, target.phone, stanza)
    return
  }
  const device = target.phone.devices.get(target.device)
  if (device) deliver(world, device, stanza)
}
