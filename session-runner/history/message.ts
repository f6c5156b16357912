import { proto } from '@whiskeysockets/baileys'
import type { Device } from '#domains/devices/model.ts'
import { isSkipped } from '#domains/devices/skips.ts'
import { type Message, type MessageStatus, STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import type { NormalMessage } from '#domains/messages/normalise.ts'
import type { Context } from '#kit/context.ts'
import { bareJid, type Self, type StanzaFacts } from '../inbound/stanza-facts.ts'
import { readContent, toMessage } from '../inbound/store-message.ts'
import { fieldsOf } from './fields.ts'

/** A chat of the history: its JID, both addresses of its person, and the name it has on the phone. */
export type HistoryChat = { jid: string; isGroup: boolean; person: { pn?: string; lid?: string }; name?: string }

/** A message of the history as the phone keeps it, and the bytes of its content. */
export type HistoryEntry = { info: proto.IWebMessageInfo; content: Uint8Array }

const { Status } = proto.WebMessageInfo

/** What the phone's state of an own message is in our terms; undefined for one that has not left it yet. */
const STATES: Readonly<Record<number, MessageStatus | undefined>> = {
  [Status.ERROR]: 'failed',
  [Status.PENDING]: undefined,
  [Status.SERVER_ACK]: 'sent',
  [Status.DELIVERY_ACK]: 'delivered',
  [Status.READ]: 'read',
  [Status.PLAYED]: 'read',
}

/** Reads a `HistorySyncMsg`; undefined for an entry without content, such as a note that somebody joined a group. */
export const readEntry = (bytes: Uint8Array): HistoryEntry | undefined => {
  const info = bytesAt(bytes, 1)
  const content = info && bytesAt(info, 2)
  return info && content && { info: proto.WebMessageInfo.decode(info), content }
}

const bytesAt = (bytes: Uint8Array, wanted: number): Uint8Array | undefined => {
  for (const { number, value } of fieldsOf(bytes)) if (number === wanted && typeof value !== 'number') return value
  return undefined
}

/** Which message an entry is and who wrote it; `writer` are both addresses of a group member as far as known. */
export const factsOf = (
  { info }: HistoryEntry,
  chat: HistoryChat,
  self: Self,
  writer: { pn?: string; lid?: string },
): StanzaFacts | undefined => {
  const { key, messageTimestamp, pushName } = info
  if (!key?.id) return undefined
  const fromMe = key.fromMe === true
  const own = self.pn ?? self.lid
  const participant = fromMe ? own && bareJid(own) : participantOf(info)
  return {
    id: key.id,
    chat: chat.jid,
    address: chat.isGroup ? { group: chat.jid } : chat.person,
    isGroup: chat.isGroup,
    fromMe,
    ...(chat.isGroup && { participant }),
    person: chat.isGroup ? (fromMe ? ownPerson(self) : writer) : chat.person,
    senderName: pushName || undefined,
    sentAtMs: Number(messageTimestamp ?? 0) * 1000,
    offline: false,
    isPeer: false,
  }
}

/** The group member who wrote an entry, without device part. */
export const participantOf = ({ key, participant }: proto.IWebMessageInfo): string | undefined => {
  const jid = key?.participant || participant
  return jid ? bareJid(jid) : undefined
}

const ownPerson = ({ pn, lid }: Self) => ({ pn: pn && bareJid(pn), lid: lid && bareJid(lid) })

/** Milliseconds inside a second that messages of the same second are spread over, so that they keep their order. */
const SPREAD_MS = 500

const NOT_FETCHED = 'It came with the history: its file was not fetched.'

/** An entry that is a message of a conversation: what it says, and how far it is. */
export type HistoryMessage = { entry: HistoryEntry; facts: StanzaFacts; said: NormalMessage; state: MessageStatus }

/** Reads an entry as a message; undefined for what is none, or is left out by the device's settings. */
export const readMessage = (device: Device, entry: HistoryEntry, facts: StanzaFacts): HistoryMessage | undefined => {
  const state = facts.fromMe ? STATES[entry.info.status ?? Status.SERVER_ACK] : 'received'
  if (!entry.info.message || !state || isSkipped(device.settings, facts)) return undefined
  const said = readContent(entry.info.message)
  return said && { entry, facts, said, state }
}

/**
 * The message as it is stored. `order` counts the messages of the same second, newest first. Files are not fetched: most lie on no
 * host any more, and nobody asked for them.
 */
export const toStored = (
  ctx: Context,
  device: Device,
  { entry, facts, said, state }: HistoryMessage,
  { conversationId, order }: { conversationId: number; order: number },
): Message => {
  const stored = toMessage(ctx, device, facts, said, { conversationId, bytes: entry.content })
  return {
    ...stored,
    status: state,
    rank: STATUS_RANK[state],
    error: state === 'failed' ? { code: 'send_failed', message: 'It was not sent from the phone.' } : undefined,
    media: stored.media && { ...stored.media, state: 'failed', error: NOT_FETCHED },
    history: true,
    at: threadTime(facts.sentAtMs + Math.max(0, SPREAD_MS - order), facts.id),
  }
}
