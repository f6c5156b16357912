import { proto } from '@whiskeysockets/baileys'
import { chatNameOf } from './chat-name.ts'
import { describe, isEmptyMessage } from './content.ts'
import { preciseNow, unixSeconds } from './events.ts'
import { openFromGroup, readDistribution, senderKeyIdOf } from './group-cipher.ts'
import { isGroupJid, parseJid } from './jid.ts'
import type { Phone, PhoneMessage, StoredMessage } from './model.ts'
import { type BinaryNode, bytesOf, childOf, childrenNamed, node } from './nodes.ts'
import { unpadMessage } from './padding.ts'
import { persistMessage, persistSenderKeys } from './persist.ts'
import { takePeerMessage } from './phone-peer.ts'
import { askRetry } from './phone-retry.ts'
import { sendReceipt } from './receipts.ts'
import { route } from './routing.ts'
import { addressingOf, endpointJid } from './stanzas.ts'
import { accountOf, type Endpoint, type World } from './world.ts'

const SENDER_KEY_STATES = 5

function senderKeyName(chat: string, sender: Endpoint): string {
  return `${chat}|${sender.phone.lid}|${sender.device}`
}

function openGroupBody(world: World, phone: Phone, chat: string, sender: Endpoint, body: Buffer): Buffer {
  const states = phone.senderKeys.get(senderKeyName(chat, sender)) ?? []
  const id = senderKeyIdOf(body)
  const state = states.findLast((candidate) => candidate.id === id)
  if (!state) throw new Error('no sender key')
  const plaintext = openFromGroup(state, body)
  persistSenderKeys(world, phone, chat)
  return plaintext
}

function learnSenderKey(world: World, phone: Phone, sender: Endpoint, message: proto.IMessage): void {
  const distribution = message.senderKeyDistributionMessage
  const bytes = distribution?.axolotlSenderKeyDistributionMessage
  if (!distribution?.groupId || !bytes) return
  const name = senderKeyName(distribution.groupId, sender)
  const states = [...(phone.senderKeys.get(name) ?? []), readDistribution(bytes)]
  phone.senderKeys.set(name, states.slice(-SENDER_KEY_STATES))
  persistSenderKeys(world, phone, distribution.groupId)
}

/** Opens every encrypted body of a stanza and merges what they hold. Throws when one cannot be opened. */
async function open(world: World, phone: Phone, sender: Endpoint, stanza: BinaryNode): Promise<proto.IMessage> {
  const merged: proto.IMessage = {}
  for (const enc of childrenNamed(stanza, 'enc')) {
    const { type } = enc.attrs
    const body = bytesOf(enc)
    const plaintext =
      type === 'skmsg'
        ? openGroupBody(world, phone, stanza.attrs.from ?? '', sender, body)
        : await phone.signal.decrypt(sender.phone.lid, sender.device, {
            type: type === 'pkmsg' ? 'pkmsg' : 'msg',
            body,
          })
    const message = unpadMessage(plaintext)
    learnSenderKey(world, phone, sender, message)
    Object.assign(merged, message)
  }
  return merged
}

interface Arrival {
  stanza: BinaryNode
  sender: Endpoint
  content: proto.IMessage
  /** Chat jid in the addressing of the stanza. */
  chatJid: string
}

/** The chat of a stanza as jid: the group, the destination of an own copy, or the sender. */
function chatJidOf(phone: Phone, sender: Endpoint, stanza: BinaryNode): string {
  const { from = '', recipient } = stanza.attrs
  if (isGroupJid(from) || from.endsWith('@broadcast')) return from
  if (sender.phone === phone && recipient) return recipient
  return endpointJid({ phone: sender.phone, device: 0 }, addressingOf(from))
}

/** What the stanza of an interactive message called it. */
function nativeFlowOf(stanza: BinaryNode): string | undefined {
  const biz = childOf(stanza, 'biz')
  return biz?.attrs.native_flow_name ?? childOf(childOf(biz, 'interactive'), 'native_flow')?.attrs.name
}

function viewOf(world: World, phone: Phone, arrival: Arrival): PhoneMessage {
  const { stanza, sender, content, chatJid } = arrival
  const chat = chatNameOf(world, chatJid)
  const group = chat.includes('@')
  const fromMe = sender.phone === phone
  const nativeFlow = nativeFlowOf(stanza)
  return {
    id: stanza.attrs.id ?? '',
    chat,
    from: sender.phone.phone,
    to: group ? chat : fromMe ? chat : phone.phone,
    ...(group ? { participant: sender.phone.phone } : {}),
    fromDevice: sender.device,
    fromMe,
    ...describe(content),
    ...(nativeFlow ? { nativeFlow } : {}),
    ...(stanza.attrs.notify ? { pushName: stanza.attrs.notify } : {}),
    timestamp: Number(stanza.attrs.t ?? unixSeconds()),
    receivedAt: preciseNow(),
    status: fromMe ? 'sent' : 'received',
    times: 1,
  }
}

/** Edits and revocations also change the message they are about. */
function applyToTarget(world: World, phone: Phone, view: PhoneMessage): void {
  const target = view.targetId ? phone.messages.get(view.targetId) : undefined
  if (!target || target.view.from !== view.from) return
  if (view.kind === 'revoke') target.view.revoked = true
  else if (view.kind === 'edit') {
    target.view.edited = true
    if (target.view.caption !== undefined) target.view.caption = view.text
    else target.view.text = view.text
    // Whom the words mention comes with them.
    Object.assign(target.view, { mentions: view.mentions, mentionsAll: view.mentionsAll })
  } else return
  persistMessage(world, phone, target.view.id)
}

/** Adds a message to the list of a phone. */
export function storeMessage(world: World, phone: Phone, stored: StoredMessage): void {
  phone.messages.set(stored.view.id, stored)
  applyToTarget(world, phone, stored.view)
  persistMessage(world, phone, stored.view.id)
}

/** The phone confirms what it got: to the author for a received message, to the own companion for a copy. */
function confirmArrival(world: World, phone: Phone, arrival: Arrival): void {
  const { stanza, sender, chatJid } = arrival
  const id = stanza.attrs.id ?? ''
  const me = { phone, device: 0 }
  if (sender.phone !== phone) {
    sendReceipt(world, me, { ids: [id], chat: chatJid, author: stanza.attrs.participant })
    return
  }
  if (isGroupJid(chatJid) || chatJid.endsWith('@broadcast')) return
  const from = endpointJid(me, addressingOf(chatJid))
  route(world, sender, node('receipt', { id, from, type: 'sender', recipient: chatJid, t: unixSeconds() }))
}

function takeAgain(world: World, phone: Phone, known: StoredMessage): void {
  known.view.times += 1
  persistMessage(world, phone, known.view.id)
  world.hub.emit({ type: 'message.received', phone: phone.phone, data: { ...known.view } })
}

function keep(world: World, phone: Phone, arrival: Arrival, content: Uint8Array): void {
  const view = viewOf(world, phone, arrival)
  storeMessage(world, phone, { view, proto: content, chatJid: arrival.chatJid, retries: 0 })
  world.hub.emit({ type: 'message.received', phone: phone.phone, device: view.fromDevice, data: { ...view } })
  if (!phone.autoRead || view.fromMe) return
  view.status = 'read'
  const { chatJid, stanza } = arrival
  sendReceipt(
    world,
    { phone, device: 0 },
    { ids: [view.id], type: 'read', chat: chatJid, author: stanza.attrs.participant },
  )
}

/** Takes a message stanza: opens it, keeps it once, and confirms it; asks for a resend when it does not open. */
export async function receiveMessage(world: World, phone: Phone, stanza: BinaryNode): Promise<void> {
  const author = parseJid(stanza.attrs.participant ?? stanza.attrs.from ?? '')
  const account = accountOf(world, author.user)
  if (!account) return
  const sender = { phone: account, device: author.device }
  let opened: proto.IMessage
  try {
    if (world.faults.take('phone-cannot-decrypt', { phone: phone.phone })) throw new Error('fault: cannot decrypt')
    opened = await open(world, phone, sender, stanza)
  } catch {
    // What does not open is asked for again, as a phone does; the message is not listed until it opens.
    askRetry(world, phone, sender, stanza)
    return
  }
  const content = opened.deviceSentMessage?.message ?? opened
  if (stanza.attrs.category === 'peer') {
    await takePeerMessage(world, phone, sender, stanza.attrs.id ?? '', content)
    return
  }
  learnSenderKey(world, phone, sender, content)
  const arrival = { stanza, sender, content, chatJid: chatJidOf(phone, sender, stanza) }
  const known = phone.messages.get(stanza.attrs.id ?? '')
  if (known) takeAgain(world, phone, known)
  else if (!isEmptyMessage(content)) keep(world, phone, arrival, proto.Message.encode(content).finish())
  confirmArrival(world, phone, arrival)
}
