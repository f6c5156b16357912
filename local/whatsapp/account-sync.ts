import type { Device } from './companion.ts'
import { unixSeconds } from './events.ts'
import { pnJid } from './jid.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, node } from './nodes.ts'
import { deliver, deliverToCompanions } from './queue.ts'
import { stanzaId, type World } from './world.ts'

/** Tells the companions of an account, but for the one that did it, what changed about the account. */
export function accountSync(world: World, phone: Phone, change: BinaryNode, except?: Device): void {
  for (const device of phone.devices.values()) {
    if (device === except) continue
    const attrs = { from: pnJid(phone.phone), type: 'account_sync', id: stanzaId(world), t: unixSeconds() }
    deliver(world, device, node('notification', attrs, [change]))
  }
}

/** Tells the companions of everybody who has the account among the contacts, and may see it, what is new about the account. */
export function tellContacts(world: World, phone: Phone, type: string, category: string, news: BinaryNode): void {
  for (const other of world.phones.values()) {
    if (other === phone || !other.contacts.has(phone.phone) || !showsTo(phone, other, category)) continue
    const attrs = { from: pnJid(phone.phone), type, id: stanzaId(world), t: unixSeconds() }
    deliverToCompanions(world, other, node('notification', attrs, [news]))
  }
}

/** An account has another text about itself. The stanza is as whatsmeow's `handleStatusNotification` reads it. */
export function changeAbout(world: World, phone: Phone, about: string): void {
  phone.about = about
  phone.aboutAt = unixSeconds()
  tellContacts(world, phone, 'status', 'status', node('set', {}, Buffer.from(about)))
}

/** Whether an account shows something of itself to another, by its setting of that category. */
export function showsTo(owner: Phone, viewer: Phone, category: string): boolean {
  if (owner === viewer) return true
  switch (owner.privacy[category] ?? 'all') {
    case 'all':
      return true
    case 'none':
      return false
    default:
      return owner.contacts.has(viewer.phone)
  }
}
