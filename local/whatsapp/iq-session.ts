import type { IqAnswer, IqRequest, IqTable } from './iq.ts'
import { resultOf } from './iq.ts'
import { persistDevice } from './persist.ts'
import { onPhone } from './phone.ts'
import { syncNewCompanion } from './phone-sync.ts'
import { flushQueue } from './queue.ts'

/**
 * The companion is ready for what waited for it. The answer has to leave before the queued stanzas do, so it is sent
 * here; a companion that is new then gets keys and history from its phone.
 */
function becomeActive({ world, connection, device, phone, iq }: IqRequest): IqAnswer {
  connection.send(resultOf(iq))
  if (connection.ready) return undefined
  flushQueue(device)
  persistDevice(world, phone, device)
  world.hub.emit({ type: 'connection.ready', phone: phone.phone, device: device.id })
  if (!device.synced && phone.online) {
    onPhone(world, phone, () => syncNewCompanion(world, phone, device)).catch(() => undefined)
  }
  return undefined
}

/** Requests that start a session. They answer for themselves. */
export const sessionRequests: IqTable = {
  'passive set active': becomeActive,
}

/** Requests whose handler has sent the answer already. */
export const selfAnswered = new Set<unknown>([becomeActive])
