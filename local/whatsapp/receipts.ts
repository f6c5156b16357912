import type { Connection, Device } from './companion.ts'
import { unixSeconds } from './events.ts'
import { takeViews } from './iq-newsletter.ts'
import { isGroupJid, parseJid } from './jid.ts'
import { answerMediaRetry } from './media-retry.ts'
import { type BinaryNode, childrenOf, node, receiptIds } from './nodes.ts'
import { repeatPeer } from './peer-send.ts'
import { onPhone } from './phone.ts'
import { confirm, confirmationKey } from './queue.ts'
import { route } from './routing.ts'
import { addressingOf, endpointJid, endpointsOf } from './stanzas.ts'
import { accountOf, type Endpoint, type World } from './world.ts'

/** A receipt on its way from whoever got or read messages to their author. */
export interface ReceiptFacts {
  ids: string[]
  /** Absent for delivery. */
  type?: string
  /** The chat as the reader names it: the other party or a group. */
  chat: string
  /** Author of the messages, in groups. */
  author?: string
}

/** Receipt types that mean the message arrived at the companion, so that it need not be sent again. */
const ARRIVED = new Set<string | undefined>([undefined, 'inactive', 'sender', 'peer_msg', 'hist_sync'])

function idContent(ids: string[]): BinaryNode[] | undefined {
  if (ids.length < 2) return undefined
  return [
    node(
      'list',
      {},
      ids.slice(1).map((id) => node('item', { id })),
    ),
  ]
}

/** Sends a receipt to every device of the author, and for a read also to the reader's own other devices. */
export function sendReceipt(world: World, reader: Endpoint, facts: ReceiptFacts): void {
  const { ids, type, chat } = facts
  const group = isGroupJid(chat) || chat.endsWith('@broadcast')
  const author = accountOf(world, parseJid(facts.author ?? chat).user)
  const mode = addressingOf(group ? (facts.author ?? chat) : chat)
  const own = endpointJid(reader, mode)
  const t = unixSeconds()
  if (author && author !== reader.phone && type !== 'read-self') {
    const attrs = group ? { from: chat, participant: own } : { from: own }
    const receipt = node('receipt', { id: ids[0], ...attrs, type, t }, idContent(ids))
    for (const target of endpointsOf(author)) {
      const withheld =
        type === undefined && world.faults.take('receipt-withhold', { phone: author.phone, device: target.device })
      if (!withheld) route(world, target, receipt)
    }
  }
  if (type === 'read' || type === 'read-self') {
    const attrs = group ? { from: chat, participant: facts.author } : { from: own, recipient: chat }
    const receipt = node('receipt', { id: ids[0], ...attrs, type: group ? 'read-self' : 'read', t }, idContent(ids))
    for (const target of endpointsOf(reader.phone)) if (target.device !== reader.device) route(world, target, receipt)
  }
}

/** Passes a request to send a message again on to the device that sent it. */
function forwardRetry(world: World, reader: Endpoint, receipt: BinaryNode): void {
  const { to = '', participant, id, recipient } = receipt.attrs
  const group = isGroupJid(to) || to.endsWith('@broadcast')
  const { user, device } = parseJid(group ? (participant ?? '') : to)
  const author = accountOf(world, user)
  if (!author) return
  const own = endpointJid(reader, addressingOf(group ? (participant ?? '') : to))
  const attrs = group ? { from: to, participant: own } : { from: own, recipient }
  const stanza = node('receipt', { id, ...attrs, type: 'retry', t: unixSeconds() }, childrenOf(receipt))
  route(world, { phone: author, device }, stanza)
}

/** The companion could not fetch a file: one of the phone's own uploads, as history is, or that of a message. */
function helpWithFile(world: World, reader: Endpoint, device: Device, receipt: BinaryNode): Promise<void> {
  if (receipt.attrs.category === 'peer') return repeatPeer(world, reader, receipt.attrs.id ?? '')
  return answerMediaRetry(world, reader.phone, device, receipt)
}

/** Takes a receipt from a companion: confirms what it got and tells the author. */
export function takeReceipt(world: World, connection: Connection, receipt: BinaryNode): void {
  const { device } = connection
  const phone = device && world.phones.get(device.phone)
  if (!device || !phone) return
  const { id, to = '', type, participant } = receipt.attrs
  connection.send(node('ack', { class: 'receipt', id, from: to, type, participant, t: unixSeconds() }))
  const reader = { phone, device: device.id }
  const ids = receiptIds(receipt)
  if (ARRIVED.has(type)) {
    for (const each of ids) confirm(world, device, confirmationKey('message', each))
  }
  if (type === 'retry') forwardRetry(world, reader, receipt)
  else if (type === 'view') takeViews(world, phone, receipt)
  else if (type === 'server-error') {
    // A phone that is off cannot help; the client gives up by itself.
    if (phone.online) onPhone(world, phone, () => helpWithFile(world, reader, device, receipt)).catch(() => undefined)
  } else if (type === undefined || type === 'read' || type === 'played' || type === 'read-self') {
    sendReceipt(world, reader, { ids, type, chat: to, author: participant })
  }
}

/** Takes an ack from a companion: the stanza of that class need not be sent again. */
export function takeAck(world: World, connection: Connection, ack: BinaryNode): void {
  const { device } = connection
  if (device) confirm(world, device, confirmationKey(ack.attrs.class ?? '', ack.attrs.id))
}
