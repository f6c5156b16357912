import { proto } from '@whiskeysockets/baileys'
import type { Device } from '#domains/devices/model.ts'
import { type Message, type MessageStatus, STATUS_RANK, threadTime } from '#domains/messages/model.ts'
import { editOf, type NormalMessage, unwrap } from '#domains/messages/normalise.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { bareJid, type Self, type StanzaFacts } from '../inbound/stanza-facts.ts'
import { readContent, toMessage } from '../inbound/store-message.ts'
import { type AddOn, asAbout, secondOf } from './add-ons.ts'
import { fieldsOf } from './fields.ts'

/** A chat of the history: its JID, both addresses of its person, and the name it has on the phone. */
export type HistoryChat = { jid: string; isGroup: boolean; person: { pn?: string; lid?: string }; name?: string }

/** A message of the history as the phone keeps it, and the bytes of its content. `edit`: it stands there with its newest words. */
export type HistoryEntry = { info: proto.IWebMessageInfo; content: Uint8Array; edit?: { id: string; atMs: number } }

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

/** Reads a `HistorySyncMsg`; without content it is a note, such as that somebody joined a group. */
export const readEntry = (bytes: Uint8Array): HistoryEntry | { info: proto.IWebMessageInfo } | undefined => {
  const packed = bytesAt(bytes, 1)
  const info = packed && proto.WebMessageInfo.decode(packed)
  const content = packed && bytesAt(packed, 2)
  if (!info || !content) return info && { info }
  return withSecret(asEdited(info) ?? { info, content })
}

/**
 * An edited message stands in the history as the last edit of it, in the place of the message, which does not come any more (whatsmeow's
 * `ParseWebMessage` takes it as such). Undefined for all others.
 */
const asEdited = (info: proto.IWebMessageInfo): HistoryEntry | undefined => {
  const { protocolMessage: edit } = info.message ? unwrap(info.message).message : {}
  if (edit?.type !== MESSAGE_EDIT || !edit.key?.id || !edit.editedMessage) return undefined
  const { key, editedMessage: message, timestampMs } = edit
  const atMs = Number(timestampMs ?? 0) || Number(info.messageTimestamp ?? 0) * 1000
  const content = proto.Message.encode(proto.Message.create(message)).finish()
  return {
    info: { ...info, message, key: { ...info.key, id: key.id } },
    content,
    edit: { id: info.key?.id ?? '', atMs },
  }
}

/** The secret of a message, which opens votes and edits that come later, may lie beside it. */
const withSecret = (entry: HistoryEntry): HistoryEntry => {
  const { info } = entry
  const { message, messageSecret } = info
  if (!message || !messageSecret?.length || message.messageContextInfo?.messageSecret?.length) return entry
  const whole = { ...message, messageContextInfo: { ...message.messageContextInfo, messageSecret } }
  const content = proto.Message.encode(proto.Message.create(whole)).finish()
  return { ...entry, info: { ...info, message: whole }, content }
}

const bytesAt = (bytes: Uint8Array, wanted: number): Uint8Array | undefined => {
  for (const { number, value } of fieldsOf(bytes)) if (number === wanted && typeof value !== 'number') return value
  return undefined
}

/** Which message an entry is and who wrote it; `writer` are both addresses of a group member as far as known. */
export const factsOf = (
  { info }: Pick<HistoryEntry, 'info'>,
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

const { MESSAGE_EDIT } = proto.Message.ProtocolMessage.Type

/** Milliseconds inside a second that messages of the same second are spread over, so that they keep their order. */
const SPREAD_MS = 500

const NOT_FETCHED = 'It came with the history: its file was not fetched.'

/** An entry that is a message of a conversation: what it says, how far it is, and what others said of it. */
export type HistoryMessage = {
  entry: HistoryEntry
  facts: StanzaFacts
  said: NormalMessage
  state: MessageStatus
  addOns: AddOn[]
}

/** Reads an entry as a message; undefined for what is none. */
export const readMessage = (entry: HistoryEntry, facts: StanzaFacts): Omit<HistoryMessage, 'addOns'> | undefined => {
  const state = facts.fromMe ? STATES[entry.info.status ?? Status.SERVER_ACK] : 'received'
  if (!entry.info.message || !state) return undefined
  const said = readContent(entry.info.message)
  return said && { entry, facts, said, state }
}

/** When the other one got and read an own message, as far as the phone keeps it. Of a group it keeps that of each member. */
const timesOf = ({ info }: HistoryEntry, { fromMe, isGroup }: StanzaFacts): Partial<Message> => {
  const [receipt] = fromMe && !isGroup ? (info.userReceipt ?? []) : []
  const timeOf = (seconds: unknown): string | undefined =>
    Number(seconds ?? 0) > 0 ? isoTime(Number(seconds) * 1000) : undefined
  return receipt ? { deliveredAt: timeOf(receipt.receiptTimestamp), readAt: timeOf(receipt.readTimestamp) } : {}
}

/** The last edit of a message that stands in the history with its newest words, as an add-on. */
const editIn = ({ entry: { edit, info }, facts }: HistoryMessage): AddOn[] => {
  if (!edit || !info.message) return []
  const { text, payload = {} } = editOf(info.message, { targetId: facts.id })
  const messageId = edit.id === facts.id ? 'edit' : edit.id
  const by = facts.fromMe ? {} : facts.person
  return [{ messageId, kind: 'edit', text, payload, fromMe: facts.fromMe, by, atMs: secondOf(edit.atMs) }]
}

/** What was said of a message, as it would have come by itself. */
export const aboutOf = (message: HistoryMessage, stored: Message): Message[] =>
  [...editIn(message), ...message.addOns].map((addOn) => asAbout(stored, addOn))

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
    starred: entry.info.starred ? true : undefined,
    ...timesOf(entry, facts),
    history: true,
    at: threadTime(facts.sentAtMs + Math.max(0, SPREAD_MS - order), facts.id),
  }
}
