import { newPhoneKeys } from './accounts.ts'
import { contactsOf } from './device-list.ts'
import { unixSeconds } from './events.ts'
import { pnJid } from './jid.ts'
import { unlink } from './login.ts'
import type { Phone } from './model.ts'
import { node } from './nodes.ts'
import { persistPhone } from './persist.ts'
import { deliverToCompanions } from './queue.ts'
import { stanzaId, type World } from './world.ts'

/**
 * WhatsApp is installed anew on a phone: its companions are unlinked, it has other keys and no sessions, and the companions of those who
 * talk to it learn of its new identity.
 */
export async function reinstall(world: World, phone: Phone): Promise<void> {
  for (const device of [...phone.devices.values()]) await unlink(world, device, true)
  Object.assign(phone.keys, newPhoneKeys())
  phone.signal.clear()
  persistPhone(world, phone)
  for (const other of contactsOf(world, phone)) {
    if (other === phone) continue
    const attrs = { from: pnJid(phone.phone), type: 'encrypt', id: stanzaId(world), t: unixSeconds() }
    deliverToCompanions(world, other, node('notification', attrs, [node('identity')]))
  }
}
