import type { Device } from './companion.ts'
import { unixSeconds } from './events.ts'
import { lidJid, parseJid, pnJid } from './jid.ts'
import type { Group, Phone } from './model.ts'
import { type BinaryNode, node } from './nodes.ts'
import type { Endpoint } from './world.ts'

/** Which of its two names an account goes by in a chat. */
export type Addressing = 'pn' | 'lid'

/** The addressing that a jid uses. */
export function addressingOf(jid: string): Addressing {
  return parseJid(jid).server === 'lid' ? 'lid' : 'pn'
}

/** Jid of an account device in the given addressing. */
export function endpointJid({ phone, device }: Endpoint, mode: Addressing): string {
  return mode === 'lid' ? lidJid(phone.lid, device) : pnJid(phone.phone, device)
}

/** Jid of the account in the other addressing, without a device. */
function otherName(phone: Phone, mode: Addressing): string {
  return mode === 'lid' ? pnJid(phone.phone) : lidJid(phone.lid)
}

/** What is common to all copies of one message. */
export interface Envelope {
  id: string
  type: string
  /** Unix seconds. */
  t: number
  sender: Endpoint
  edit?: string
}

/** An envelope stamped with the present time. */
export function envelope(sender: Endpoint, id: string, type: string, edit?: string): Envelope {
  return { id, type, t: unixSeconds(), sender, edit }
}

/** The copy for a device of the other party. */
export function directStanza(of: Envelope, mode: Addressing, content: BinaryNode[]): BinaryNode {
  const { phone } = of.sender
  return node(
    'message',
    {
      id: of.id,
      from: endpointJid(of.sender, mode),
      type: of.type,
      t: of.t,
      notify: phone.name,
      [mode === 'lid' ? 'sender_pn' : 'sender_lid']: otherName(phone, mode),
      edit: of.edit,
    },
    content,
  )
}

/** The copy for another device of the sender's own account. `chat` is the other party. */
export function ownCopyStanza(of: Envelope, chat: Phone, mode: Addressing, content: BinaryNode[]): BinaryNode {
  return node(
    'message',
    {
      id: of.id,
      from: endpointJid(of.sender, mode),
      recipient: endpointJid({ phone: chat, device: 0 }, mode),
      [mode === 'lid' ? 'peer_recipient_pn' : 'peer_recipient_lid']: otherName(chat, mode),
      type: of.type,
      t: of.t,
      notify: of.sender.phone.name,
      edit: of.edit,
    },
    content,
  )
}

/** The copy for a device of a group member, or of a follower of a status. */
export function groupStanza(of: Envelope, chat: string, content: BinaryNode[]): BinaryNode {
  const status = chat === 'status@broadcast'
  const { phone } = of.sender
  return node(
    'message',
    {
      id: of.id,
      from: chat,
      participant: endpointJid(of.sender, status ? 'pn' : 'lid'),
      [status ? 'participant_lid' : 'participant_pn']: otherName(phone, status ? 'pn' : 'lid'),
      addressing_mode: status ? 'pn' : 'lid',
      type: of.type,
      t: of.t,
      notify: phone.name,
      edit: of.edit,
    },
    content,
  )
}

/** A message between devices of one account. */
export function peerStanza(of: Envelope, content: BinaryNode[]): BinaryNode {
  return node(
    'message',
    { id: of.id, from: endpointJid(of.sender, 'pn'), category: 'peer', type: of.type, t: of.t },
    content,
  )
}

/** All devices of a group's members, the phones included. */
export function groupEndpoints(phones: Map<string, Phone>, group: Group): Endpoint[] {
  const found: Endpoint[] = []
  for (const number of group.members.keys()) {
    const phone = phones.get(number)
    if (phone) found.push(...endpointsOf(phone))
  }
  return found
}

/** The phone and all its companions. */
export function endpointsOf(phone: Phone): Endpoint[] {
  const companions = [...phone.devices.values()].map((device: Device) => ({ phone, device: device.id }))
  return [{ phone, device: 0 }, ...companions]
}
