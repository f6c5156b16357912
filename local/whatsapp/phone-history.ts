import { deflateSync } from 'node:zlib'
import { proto } from '@whiskeysockets/baileys'
import { chatHistory } from './chat-state.ts'
import { isGroupJid, lidJid, pnJid } from './jid.ts'
import { sealMedia } from './media-crypto.ts'
import type { MessageStatus, Phone, StoredMessage } from './model.ts'
import { sendPeer } from './peer-send.ts'
import { isAddOn, makeAddOns } from './phone-add-ons.ts'
import type { Endpoint, World } from './world.ts'

type History = proto.IHistorySync & { syncType: proto.HistorySync.HistorySyncType }
type Notification = proto.Message.IHistorySyncNotification

/** Bytes of a packed chunk that travels inside its message; a larger one is uploaded. */
const INLINE_BYTES = 32 * 1024

/** Chats in the history of a companion at most. */
const CHATS = 200

/** Messages in one chunk, before the next one is begun. */
const MESSAGES_PER_CHUNK = 4000

function placeOf(world: World, packed: Buffer): Notification {
  if (packed.length <= INLINE_BYTES) return { initialHistBootstrapInlinePayload: packed }
  const { file, mediaKey, fileSha256, fileEncSha256 } = sealMedia(packed, 'History')
  return { mediaKey, fileSha256, fileEncSha256, directPath: world.media.put(file), fileLength: packed.length }
}

/** Sends a chunk of history: inside the message itself when it is small, else as a file. `answers` names the request. */
export async function sendHistory(
  world: World,
  target: Endpoint,
  history: History,
  answers: Pick<Notification, 'peerDataRequestSessionId' | 'fullHistorySyncOnDemandRequestMetadata'> = {},
): Promise<void> {
  const packed = deflateSync(proto.HistorySync.encode(history).finish())
  await sendPeer(world, target, {
    type: proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
    historySyncNotification: {
      syncType: history.syncType as number,
      chunkOrder: history.chunkOrder ?? 1,
      progress: history.progress ?? 100,
      ...placeOf(world, packed),
      ...answers,
    },
  })
}

const { Status } = proto.WebMessageInfo

/** How far an own message is, as history says it. */
const STATES: Partial<Record<MessageStatus, proto.WebMessageInfo.Status>> = {
  failed: Status.ERROR,
  pending: Status.PENDING,
  sent: Status.SERVER_ACK,
  delivered: Status.DELIVERY_ACK,
  read: Status.READ,
  played: Status.PLAYED,
}

/** A stored message in the form that history and resends carry. */
export function webMessage(stored: StoredMessage, phone: Phone, world: World): proto.IWebMessageInfo {
  const { view, chatJid } = stored
  const author = world.phones.get(view.from)
  const group = isGroupJid(chatJid)
  return {
    key: {
      remoteJid: chatJid,
      fromMe: view.from === phone.phone,
      id: view.id,
      ...(group && author ? { participant: lidJid(author.lid) } : {}),
    },
    message: proto.Message.decode(stored.proto),
    messageTimestamp: view.timestamp,
    ...(view.fromMe ? { status: STATES[view.status] } : {}),
    ...(view.pushName ? { pushName: view.pushName } : {}),
    ...(group && author ? { participant: lidJid(author.lid) } : {}),
  }
}

/** Gives the entries of a phone's history: messages with all that the phone keeps with them. */
export function entriesOf(world: World, phone: Phone): (stored: StoredMessage) => proto.IHistorySyncMsg {
  const addOns = makeAddOns(world, phone)
  return (stored) => ({ message: { ...webMessage(stored, phone, world), ...addOns(stored) } })
}

/** Which messages a history is made of. */
export interface Selection {
  /** Newest messages of a chat at most. */
  perChat: number
  /** Unix second of the oldest one. */
  since: number
  groups: boolean
}

/** Messages in the order they were written in: what a phone was told to remember may be older than what it has. */
export function inOrder(messages: StoredMessage[]): StoredMessage[] {
  return messages.toSorted((left, right) => left.view.timestamp - right.view.timestamp)
}

/** The conversations of a phone with their messages, newest first. */
export function conversationsOf(
  world: World,
  phone: Phone,
  { perChat, since, groups }: Selection,
): proto.IConversation[] {
  const entryOf = entriesOf(world, phone)
  const chats = new Map<string, StoredMessage[]>()
  for (const stored of phone.messages.values()) {
    const { chat, timestamp } = stored.view
    if (isAddOn(stored) || timestamp < since || (!groups && isGroupJid(chat))) continue
    const list = chats.get(chat)
    if (list) list.push(stored)
    else chats.set(chat, [stored])
  }
  return [...chats].slice(-CHATS).map(([chat, list]) => {
    const other = world.phones.get(chat)
    const recent = inOrder(list).slice(-perChat).reverse()
    return {
      id: other ? pnJid(other.phone) : chat,
      ...(other ? { pnJid: pnJid(other.phone), lidJid: lidJid(other.lid) } : {}),
      name: other ? phone.contacts.get(other.phone)?.name : world.groups.get(chat)?.subject,
      ...chatHistory(phone, chat),
      conversationTimestamp: recent[0]?.view.timestamp,
      messages: recent.map(entryOf),
    }
  })
}

/** The conversations in chunks as a phone sends them, whole conversations each; one empty chunk when there are none. */
export function chunksOf(conversations: proto.IConversation[]): proto.IConversation[][] {
  const chunks: proto.IConversation[][] = [[]]
  let held = 0
  for (const conversation of conversations) {
    const count = conversation.messages?.length ?? 0
    if (held > 0 && held + count > MESSAGES_PER_CHUNK) {
      chunks.push([])
      held = 0
    }
    chunks.at(-1)?.push(conversation)
    held += count
  }
  return chunks
}
