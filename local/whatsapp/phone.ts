import type { Phone } from './model.ts'
import type { BinaryNode } from './nodes.ts'
import { persistInbox, persistPhone } from './persist.ts'
import { receiveReceipt } from './phone-receipts.ts'
import { receiveMessage } from './phone-receive.ts'
import type { World } from './world.ts'

/** Runs work of one phone after all its earlier work, so that sessions and message order are never disturbed. */
export function onPhone<T>(world: World, phone: Phone, work: () => Promise<T>): Promise<T> {
  const result = phone.work.then(work)
  phone.work = result.then(
    () => undefined,
    (error: unknown) => {
      world.hub.emit({ type: 'fault', phone: phone.phone, data: { error: String(error) } })
    },
  )
  return result
}

async function take(world: World, phone: Phone, stanza: BinaryNode): Promise<void> {
  if (stanza.tag === 'message') await receiveMessage(world, phone, stanza)
  else if (stanza.tag === 'receipt') await receiveReceipt(world, phone, stanza)
}

/** Hands a stanza to a simulated phone. One that is switched off gets it when it is back. */
export function deliverToPhone(world: World, phone: Phone, stanza: BinaryNode): void {
  if (!phone.online) {
    phone.inbox.push(stanza)
    persistInbox(world, phone)
    return
  }
  // Failures are reported as events by the queue itself.
  onPhone(world, phone, () => take(world, phone, stanza)).catch(() => undefined)
}

/** Switches a phone on or off. Coming back it takes what waited, in order. */
export function setOnline(world: World, phone: Phone, online: boolean): void {
  phone.online = online
  persistPhone(world, phone)
  if (!online) return
  const waiting = phone.inbox
  phone.inbox = []
  persistInbox(world, phone)
  for (const stanza of waiting) deliverToPhone(world, phone, stanza)
}
