import type { Device } from './companion.ts'
import { unixSeconds } from './events.ts'
import { lidJid, pnJid } from './jid.ts'
import type { Phone } from './model.ts'
import { node } from './nodes.ts'
import { deliverToCompanions } from './queue.ts'
import { stanzaId, type World } from './world.ts'

/** The account itself, and everybody it has written with or shares a group with. */
export function contactsOf(world: World, phone: Phone): Set<Phone> {
  const told = new Set<Phone>([phone])
  for (const message of phone.messages.values()) {
    const other = world.phones.get(message.view.chat)
    if (other) told.add(other)
  }
  for (const group of world.groups.values()) {
    if (!group.members.has(phone.phone)) continue
    for (const member of group.members.keys()) {
      const other = world.phones.get(member)
      if (other) told.add(other)
    }
  }
  return told
}

/**
 * Tells the companions of everybody who talks to this account that its list of devices changed. Clients keep device
 * lists for five minutes; without this a message sent meanwhile misses the new companion. Both names of the account
 * are announced, because clients cache the list under either.
 */
export function announceDevices(world: World, phone: Phone, change: 'add' | 'remove', device: Device): void {
  const names = [
    { from: pnJid(phone.phone), jid: pnJid(phone.phone, device.id) },
    { from: lidJid(phone.lid), jid: lidJid(phone.lid, device.id) },
  ]
  for (const other of contactsOf(world, phone)) {
    for (const { from, jid } of names) {
      const child = node(change, {}, [node('device', { jid, 'key-index': device.id })])
      const stanza = node('notification', { from, type: 'devices', id: stanzaId(world), t: unixSeconds() }, [child])
      deliverToCompanions(world, other, stanza, (candidate) => candidate === device)
    }
  }
}
