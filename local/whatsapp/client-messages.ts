import type { Connection, Device } from './companion.ts'
import { damaged } from './damage.ts'
import { unixSeconds } from './events.ts'
import { faultTarget } from './faults.ts'
import { mayWrite } from './groups.ts'
import { takePost } from './iq-newsletter.ts'
import { isGroupJid, parseJid } from './jid.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, childOf, childrenNamed, node } from './nodes.ts'
import { route } from './routing.ts'
import {
  addressingOf,
  directStanza,
  type Envelope,
  envelope,
  groupEndpoints,
  groupStanza,
  ownCopyStanza,
  peerStanza,
} from './stanzas.ts'
import { accountOf, type Endpoint, type World } from './world.ts'

/** Error code for a recipient that is not on the network. */
const NO_SUCH_RECIPIENT = 404
/** Error code for a group the sender does not belong to, or may not write in. */
const NOT_ALLOWED = 403
/** Error codes for buttons in a form that the service takes no more, or does not understand. */
const OLD_FORM = 405
const BAD_FORM = 479

interface Outgoing {
  world: World
  sender: Endpoint
  of: Envelope
  to: string
  stanza: BinaryNode
}

/** Encrypted bodies by the account device they are for. */
function participantCopies(
  world: World,
  stanza: BinaryNode,
): { target: Endpoint; content: BinaryNode[]; jid: string }[] {
  const copies: { target: Endpoint; content: BinaryNode[]; jid: string }[] = []
  for (const to of childrenNamed(childOf(stanza, 'participants'), 'to')) {
    const jid = to.attrs.jid ?? ''
    const { user, device } = parseJid(jid)
    const phone = accountOf(world, user)
    if (phone) copies.push({ target: { phone, device }, content: childrenNamed(to, 'enc'), jid })
  }
  return copies
}

/** Children of the message that receivers get beside the encrypted body. */
function common(stanza: BinaryNode): BinaryNode[] {
  return [...childrenNamed(stanza, 'meta'), ...childrenNamed(stanza, 'biz')]
}

/**
 * The code with which the service refuses a form of buttons, as others measured it (whatsmeow, pull request 1235): the older
 * lists and buttons, and a native flow that is not named.
 */
function refusedForm(stanza: BinaryNode): number | undefined {
  const biz = childOf(stanza, 'biz')
  if (!biz) return undefined
  if (childOf(biz, 'buttons') || childOf(biz, 'list')) return OLD_FORM
  const interactive = childOf(biz, 'interactive')
  return interactive && !childOf(interactive, 'native_flow') ? BAD_FORM : undefined
}

function isSender(out: Outgoing, target: Endpoint): boolean {
  return target.phone === out.sender.phone && target.device === out.sender.device
}

function sendToGroup(out: Outgoing): number | undefined {
  const { world, sender, stanza, to } = out
  const group = world.groups.get(to)
  if (!group || !mayWrite(group, sender.phone)) return NOT_ALLOWED
  const direct = childrenNamed(stanza, 'enc')
  const { participant } = stanza.attrs
  if (participant) {
    const { user, device } = parseJid(participant)
    const phone = accountOf(world, user)
    if (phone) route(world, { phone, device }, groupStanza(out.of, to, [...direct, ...common(stanza)]))
    return undefined
  }
  const keys = new Map(
    participantCopies(world, stanza).map((copy) => [`${copy.target.phone.lid}.${copy.target.device}`, copy]),
  )
  for (const target of groupEndpoints(world.phones, group)) {
    if (isSender(out, target)) continue
    const key = keys.get(`${target.phone.lid}.${target.device}`)
    route(world, target, groupStanza(out.of, to, [...(key?.content ?? []), ...direct, ...common(stanza)]))
  }
  return undefined
}

function sendStatus(out: Outgoing): undefined {
  const { world, stanza, to } = out
  const direct = childrenNamed(stanza, 'enc')
  for (const { target, content } of participantCopies(world, stanza)) {
    if (!isSender(out, target)) route(world, target, groupStanza(out.of, to, [...content, ...direct]))
  }
}

function sendToOne(out: Outgoing, target: Endpoint, chat: Phone, jid: string, bodies: BinaryNode[]): void {
  const { world, sender, of } = out
  if (isSender(out, target)) return
  const content = damaged(world, target, bodies)
  if (target.phone !== sender.phone) {
    if (target.phone.blocked.has(sender.phone.lid)) return
    route(world, target, directStanza(of, addressingOf(jid), [...content, ...common(out.stanza)]))
    return
  }
  route(world, target, ownCopyStanza(of, chat, addressingOf(jid), [...content, ...common(out.stanza)]))
}

function sendDirect(out: Outgoing): number | undefined {
  const { world, stanza, to, of } = out
  const { user, device, server } = parseJid(to)
  const chat = server === 'lid' ? world.lids.get(user) : accountOf(world, user)
  if (!chat) return NO_SUCH_RECIPIENT
  const bodies = childrenNamed(stanza, 'enc')
  if (stanza.attrs.category === 'peer') {
    route(world, { phone: chat, device }, peerStanza(of, [...bodies, ...common(stanza)]))
    return undefined
  }
  if (bodies.length > 0) {
    // A resend to one device; for an own device the chat is named apart.
    const recipient = stanza.attrs.recipient && accountOf(world, parseJid(stanza.attrs.recipient).user)
    sendToOne(out, { phone: chat, device }, recipient || chat, to, bodies)
    return undefined
  }
  for (const copy of participantCopies(world, stanza)) sendToOne(out, copy.target, chat, copy.jid, copy.content)
  return undefined
}

function routeMessage(out: Outgoing): number | undefined {
  if (isGroupJid(out.to)) return sendToGroup(out)
  if (out.to === 'status@broadcast') return sendStatus(out)
  return sendDirect(out)
}

/** The server's acknowledgement, with an error code when the message was refused. */
function acknowledge(
  world: World,
  device: Device,
  stanza: BinaryNode,
  { error, serverId }: { error?: number; serverId?: number } = {},
): void {
  const { id, to } = stanza.attrs
  const target = faultTarget(device)
  const kind = world.faults.take('ack-other-class', target) ? 'receipt' : 'message'
  const ack = node('ack', { class: kind, id, from: to, t: unixSeconds(), error, server_id: serverId })
  if (world.faults.take('ack-withhold', target)) return
  const slow = world.faults.take('ack-delay', target)
  if (slow?.ms) setTimeout(() => device.connection?.send(ack), slow.ms)
  else device.connection?.send(ack)
}

/** Takes a message that a companion sent: acknowledges it and hands each addressed device its copy. */
export function takeMessage(world: World, connection: Connection, stanza: BinaryNode): void {
  const { device } = connection
  const phone = device && world.phones.get(device.phone)
  const { id, to } = stanza.attrs
  if (!device || !phone || !id || !to) return
  const fault = world.faults.take('ack-error', faultTarget(device))
  if (fault) {
    acknowledge(world, device, stanza, { error: fault.code ?? 463 })
    return
  }
  world.counters.messagesRouted += 1
  if (parseJid(to).server === 'newsletter') {
    acknowledge(world, device, stanza, takePost(world, connection, stanza))
    return
  }
  const sender = { phone, device: device.id }
  const of = envelope(sender, id, stanza.attrs.type ?? 'text', stanza.attrs.edit)
  const error = refusedForm(stanza) ?? routeMessage({ world, sender, of, to, stanza })
  acknowledge(world, device, stanza, { error })
}
