import { proto } from '@whiskeysockets/baileys'
import { phoneBundle } from './accounts.ts'
import { bundleOfRetry, retryKeysNode, takeBundle } from './bundles.ts'
import { bigEndian } from './crypto.ts'
import { unixSeconds } from './events.ts'
import { distributionOf } from './group-cipher.ts'
import { isGroupJid, parseJid } from './jid.ts'
import type { Phone, StoredMessage } from './model.ts'
import { type BinaryNode, childOf, node } from './nodes.ts'
import { padMessage } from './padding.ts'
import { persistMessage } from './persist.ts'
import { route } from './routing.ts'
import { addressingOf, directStanza, endpointJid, envelope, groupStanza, ownCopyStanza } from './stanzas.ts'
import { accountOf, type Endpoint, type World } from './world.ts'

const MAX_RETRIES = 5

/** How often a phone asked for each message again. Bounded, because a message that never opens stays in it. */
const asked = new WeakMap<Phone, Map<string, number>>()

function countAsked(phone: Phone, id: string): number {
  const counts = asked.get(phone) ?? new Map<string, number>()
  asked.set(phone, counts)
  const count = (counts.get(id) ?? 0) + 1
  counts.set(id, count)
  if (counts.size > 1000) counts.delete(counts.keys().next().value ?? '')
  return count
}

/** Asks the sending device for a message that did not open. From the second time on the receipt carries fresh keys. */
export function askRetry(world: World, phone: Phone, sender: Endpoint, stanza: BinaryNode): void {
  const { id = '', from = '', participant, recipient, t } = stanza.attrs
  const count = countAsked(phone, id)
  if (count > MAX_RETRIES) return
  const group = isGroupJid(from) || from.endsWith('@broadcast')
  const own = endpointJid({ phone, device: 0 }, addressingOf(participant ?? from))
  const attrs = group ? { from, participant: own } : { from: own, recipient }
  const receipt = node('receipt', { id, ...attrs, type: 'retry', t: unixSeconds() }, [
    node('retry', { count, id, t: t ?? unixSeconds(), v: 1 }),
    node('registration', {}, bigEndian(phone.keys.registrationId, 4)),
    ...(count > 1 ? [retryKeysNode(phoneBundle(phone))] : []),
  ])
  world.hub.emit({ type: 'message.status', phone: phone.phone, data: { id, status: 'retry-asked', count } })
  route(world, sender, receipt)
}

/** What the asking device gets: its own account's devices see the message as sent by themselves, groups get the key too. */
function resendContent(phone: Phone, asker: Endpoint, stored: StoredMessage): proto.IMessage {
  const message: proto.IMessage = proto.Message.decode(stored.proto)
  if (isGroupJid(stored.chatJid)) {
    const own = phone.ownSenderKeys.get(stored.chatJid)
    if (!own) return message
    const distribution = { groupId: stored.chatJid, axolotlSenderKeyDistributionMessage: distributionOf(own) }
    return { ...message, senderKeyDistributionMessage: distribution }
  }
  if (asker.phone !== phone) return message
  return { deviceSentMessage: { destinationJid: stored.chatJid, message } }
}

function resendStanza(world: World, phone: Phone, asker: Endpoint, stored: StoredMessage, enc: BinaryNode): BinaryNode {
  const of = { ...envelope({ phone, device: 0 }, stored.view.id, typeOfKind(stored)), t: stored.view.timestamp }
  const { chatJid } = stored
  if (isGroupJid(chatJid)) return groupStanza(of, chatJid, [enc])
  const mode = addressingOf(chatJid)
  const chat = accountOf(world, parseJid(chatJid).user)
  if (asker.phone === phone && chat) return ownCopyStanza(of, chat, mode, [enc])
  return directStanza(of, mode, [enc])
}

function typeOfKind({ view }: StoredMessage): string {
  if (view.media) return 'media'
  return view.kind === 'reaction' || view.kind === 'poll' ? view.kind : 'text'
}

/** Sends a message again to the one device that could not open it, over a new session. */
export async function answerRetry(world: World, phone: Phone, asker: Endpoint, receipt: BinaryNode): Promise<void> {
  const stored = phone.messages.get(receipt.attrs.id ?? '')
  const count = Number(childOf(receipt, 'retry')?.attrs.count ?? 1)
  if (!stored?.view.fromMe || stored.retries >= MAX_RETRIES * 4) return
  stored.retries += 1
  persistMessage(world, phone, stored.view.id)
  const bundle = bundleOfRetry(receipt) ?? takeBundle(world, asker)
  if (!bundle) return
  await phone.signal.open(asker.phone.lid, asker.device, bundle)
  const plaintext = padMessage(resendContent(phone, asker, stored))
  const { type, body } = await phone.signal.encrypt(asker.phone.lid, asker.device, plaintext)
  const enc = node('enc', { v: 2, type, count }, body)
  route(world, asker, resendStanza(world, phone, asker, stored, enc))
}
