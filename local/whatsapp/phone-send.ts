import { proto } from '@whiskeysockets/baileys'
import { takeBundle } from './bundles.ts'
import { describe } from './content.ts'
import { ControlError } from './control-error.ts'
import { damaged, unencrypted } from './damage.ts'
import { preciseNow } from './events.ts'
import { distributionOf, newSenderKey, type OwnSenderKey, sealForGroup } from './group-cipher.ts'
import { mayWrite } from './groups.ts'
import { isGroupJid, lidJid, parseJid, phoneDigits, pnJid } from './jid.ts'
import type { Group, Phone } from './model.ts'
import { type BinaryNode, node } from './nodes.ts'
import { padMessage } from './padding.ts'
import { persistSenderKeys } from './persist.ts'
import { onPhone } from './phone.ts'
import { storeMessage } from './phone-receive.ts'
import { route } from './routing.ts'
import {
  type Addressing,
  directStanza,
  type Envelope,
  endpointsOf,
  envelope,
  groupEndpoints,
  groupStanza,
  ownCopyStanza,
} from './stanzas.ts'
import { accountOf, type Endpoint, type World } from './world.ts'

/** A message to send from a phone. */
export interface PhoneSend {
  /** Phone number, LID jid or group jid. */
  to: string
  message: proto.IMessage
  id: string
  /** Name that receivers see the sender under; phone number unless said otherwise. */
  addressing?: Addressing
  /** Linked devices are told of which kind it is, and do not get it. */
  withheld?: string
}

/** Encrypts for one device, starting a session when there is none. Undefined when the device is gone. */
export async function sealFor(
  world: World,
  phone: Phone,
  target: Endpoint,
  plaintext: Buffer,
): Promise<BinaryNode | undefined> {
  const open = unencrypted(world, target, plaintext)
  if (open) return open
  const { lid } = target.phone
  if (!phone.signal.hasSession(lid, target.device)) {
    const bundle = takeBundle(world, target)
    if (!bundle) return undefined
    await phone.signal.open(lid, target.device, bundle)
  }
  const { type, body } = await phone.signal.encrypt(lid, target.device, plaintext)
  return damaged(world, target, [node('enc', { v: 2, type }, body)])[0]
}

/** The kind of stanza a message travels in. */
function stanzaType(kind: string, hasMedia: boolean): string {
  if (hasMedia) return 'media'
  return kind === 'reaction' || kind === 'poll' ? kind : 'text'
}

/** Edits, revocations and the like are marked outside the encryption too. */
function editMark(message: proto.IMessage): string | undefined {
  const type = message.protocolMessage?.type
  // 8: an administrator deletes what somebody else wrote.
  if (type === proto.Message.ProtocolMessage.Type.REVOKE) return message.protocolMessage?.key?.fromMe ? '7' : '8'
  return type === proto.Message.ProtocolMessage.Type.MESSAGE_EDIT ? '1' : undefined
}

async function sendDirect(world: World, of: Envelope, chat: Phone, send: PhoneSend): Promise<void> {
  const { phone } = of.sender
  const mode = send.addressing ?? 'pn'
  const chatJid = mode === 'lid' ? lidJid(chat.lid) : pnJid(chat.phone)
  const theirs = padMessage(send.message)
  const ours = padMessage({ deviceSentMessage: { destinationJid: chatJid, message: send.message } })
  const blocked = chat.blocked.has(phone.lid)
  const targets = [...(blocked || chat === phone ? [] : endpointsOf(chat)), ...endpointsOf(phone).slice(1)]
  for (const target of targets) {
    const own = target.phone === phone
    const isWithheld = send.withheld !== undefined && target.device !== 0
    const enc = isWithheld
      ? node('unavailable', { type: send.withheld })
      : await sealFor(world, phone, target, own ? ours : theirs)
    if (!enc) continue
    route(world, target, own ? ownCopyStanza(of, chat, mode, [enc]) : directStanza(of, mode, [enc]))
  }
}

function ownSenderKey(world: World, phone: Phone, group: Group): OwnSenderKey {
  const existing = phone.ownSenderKeys.get(group.id)
  if (existing) return existing
  const made = newSenderKey()
  phone.ownSenderKeys.set(group.id, made)
  persistSenderKeys(world, phone, group.id)
  return made
}

async function sendToGroup(world: World, of: Envelope, group: Group, send: PhoneSend): Promise<void> {
  const { phone } = of.sender
  const key = ownSenderKey(world, phone, group)
  const distribution = padMessage({
    senderKeyDistributionMessage: { groupId: group.id, axolotlSenderKeyDistributionMessage: distributionOf(key) },
  })
  const body = node('enc', { v: 2, type: 'skmsg' }, sealForGroup(key, padMessage(send.message)))
  for (const target of groupEndpoints(world.phones, group)) {
    if (target.phone === phone && target.device === 0) continue
    const address = `${target.phone.lid}.${target.device}`
    const content = [body]
    if (!key.sharedWith.includes(address)) {
      const share = await sealFor(world, phone, target, distribution)
      if (share) content.unshift(share)
      key.sharedWith.push(address)
    }
    route(world, target, groupStanza(of, group.id, content))
  }
  persistSenderKeys(world, phone, group.id)
}

/** The chat that a caller names: a group jid, a LID, or a phone number in any spelling. Throws 404 when unknown. */
export function findChat(world: World, to: string): Phone | Group {
  const found = isGroupJid(to)
    ? world.groups.get(to)
    : (accountOf(world, parseJid(to).user) ?? world.phones.get(phoneDigits(to.split('@')[0] ?? '')))
  if (!found) throw new ControlError(404, 'recipient_unknown', 'The recipient is not on this network.')
  return found
}

/** Tells groups from accounts. */
export function isGroup(chat: Phone | Group): chat is Group {
  return 'members' in chat
}

/**
 * Sends a message from a phone to everybody in the chat and to its own companions. Resolves when every copy is queued.
 * Throws a {@link ControlError} for unknown recipients and for groups that the phone is not in.
 */
export async function sendFromPhone(
  world: World,
  phone: Phone,
  send: PhoneSend,
): Promise<{ id: string; timestamp: number }> {
  const chat = findChat(world, send.to)
  if (isGroup(chat) && !mayWrite(chat, phone)) {
    throw new ControlError(409, 'not_a_member', 'This phone is not in that group, or may not write there.')
  }
  return onPhone(world, phone, async () => {
    const content = describe(send.message)
    const type = stanzaType(content.kind, content.media !== undefined)
    const of = envelope({ phone, device: 0 }, send.id, type, editMark(send.message))
    const name = isGroup(chat) ? chat.id : chat.phone
    const chatJid = isGroup(chat) ? chat.id : send.addressing === 'lid' ? lidJid(chat.lid) : pnJid(chat.phone)
    storeMessage(world, phone, {
      view: {
        id: send.id,
        chat: name,
        from: phone.phone,
        to: name,
        ...(isGroup(chat) ? { participant: phone.phone } : {}),
        fromDevice: 0,
        fromMe: true,
        ...content,
        timestamp: of.t,
        receivedAt: preciseNow(),
        status: 'sent',
        times: 1,
      },
      proto: proto.Message.encode(send.message).finish(),
      chatJid,
      retries: 0,
    })
    world.hub.emit({ type: 'message.sent', phone: phone.phone, data: { id: send.id, chat: name, kind: content.kind } })
    if (isGroup(chat)) await sendToGroup(world, of, chat, send)
    else await sendDirect(world, of, chat, send)
    return { id: send.id, timestamp: of.t }
  })
}
