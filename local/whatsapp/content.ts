import type { proto } from '@whiskeysockets/baileys'
import { linkOf, mediaFacts } from './media-view.ts'
import type { PhoneMessage } from './model.ts'
import { orderOf } from './order-view.ts'
import { type ContextView, cardsOf, contextView, eventOf, interactiveOf, type MessageParts, pollOf } from './parts.ts'

/** The part of a message view that comes from its content. */
export type Content = Pick<
  PhoneMessage,
  | 'kind'
  | 'text'
  | 'caption'
  | 'media'
  | 'link'
  | 'targetId'
  | 'reaction'
  | 'location'
  | 'order'
  | keyof ContextView
  | keyof MessageParts
>

/** Message fields that hold media, with the kind they are listed under and the name in their key derivation. */
const MEDIA_FIELDS = [
  ['imageMessage', 'image', 'Image'],
  ['videoMessage', 'video', 'Video'],
  ['ptvMessage', 'video', 'Video'],
  ['audioMessage', 'audio', 'Audio'],
  ['documentMessage', 'document', 'Document'],
  ['stickerMessage', 'sticker', 'Image'],
] as const

/** Takes off the envelopes that only change how a message is shown. */
function unwrap(message: proto.IMessage): proto.IMessage {
  let inner = message
  for (let depth = 0; depth < 5; depth += 1) {
    const next =
      inner.ephemeralMessage?.message ??
      inner.viewOnceMessage?.message ??
      inner.viewOnceMessageV2?.message ??
      inner.viewOnceMessageV2Extension?.message ??
      inner.documentWithCaptionMessage?.message ??
      inner.editedMessage?.message
    if (!next) return inner
    inner = next
  }
  return inner
}

/** The media part of a message and the name its keys are derived with. */
export function mediaOf(message: proto.IMessage) {
  const inner = unwrap(message)
  for (const [field, kind, keyName] of MEDIA_FIELDS) {
    const media = inner[field]
    if (media) return { field, kind, keyName, media }
  }
  return undefined
}

/** What a message says about others; it stands in the part that holds the content. */
function contextOf(inner: proto.IMessage): ContextView {
  for (const part of Object.values(inner)) {
    const context = (part as { contextInfo?: proto.IContextInfo } | null)?.contextInfo
    if (context) return contextView(context, quotedWords)
  }
  return {}
}

function quotedWords(quoted: proto.IMessage): string {
  const { text, caption, kind } = describe(quoted)
  return text ?? caption ?? kind
}

/** Protocol types by number, as the message definition has them. */
const REVOKE = 0
const MESSAGE_EDIT = 14

function protocolContent(message: proto.Message.IProtocolMessage): Content {
  const targetId = message.key?.id ?? undefined
  if (message.type === REVOKE) return { kind: 'revoke', targetId }
  if (message.type === MESSAGE_EDIT) {
    if (!message.editedMessage) return { kind: 'edit', targetId }
    const { text, caption, ...edited } = describe(message.editedMessage)
    return { ...edited, kind: 'edit', targetId, text: text ?? caption }
  }
  return { kind: 'protocol' }
}

function simpleContent(inner: proto.IMessage): Content | undefined {
  if (inner.reactionMessage) {
    const { key, text } = inner.reactionMessage
    return { kind: 'reaction', targetId: key?.id ?? undefined, reaction: text ?? '' }
  }
  if (inner.protocolMessage) return protocolContent(inner.protocolMessage)
  const place = inner.locationMessage ?? inner.liveLocationMessage
  if (place) {
    const name = inner.locationMessage?.name ?? undefined
    const at = { latitude: place.degreesLatitude ?? 0, longitude: place.degreesLongitude ?? 0 }
    return { kind: 'location', location: { ...at, ...(name ? { name } : {}) } }
  }
  const contacts = cardsOf(inner)
  if (contacts) {
    return { kind: 'contact', text: inner.contactsArrayMessage?.displayName ?? contacts[0]?.name ?? '', contacts }
  }
  if (inner.pollUpdateMessage) {
    return { kind: 'poll-vote', targetId: inner.pollUpdateMessage.pollCreationMessageKey?.id ?? undefined }
  }
  return undefined
}

/** Kinds that are more than a word or a file: polls, appointments, buttons. */
function structuredContent(message: proto.IMessage, inner: proto.IMessage): Content | undefined {
  const context = message.messageContextInfo ?? inner.messageContextInfo
  const asked = pollOf(inner, context?.messageSecret)
  if (asked) return { kind: 'poll', text: asked.name, poll: asked.poll }
  const event = eventOf(inner)
  if (event) return { kind: 'event', text: event.name, event }
  const order = orderOf(inner)
  if (order) return { kind: 'order', ...order }
  const interactive = interactiveOf(inner)
  return interactive && { kind: 'interactive', text: interactive.text, interactive }
}

/** Readable form of a message. Kinds without a form of their own carry the name of their protobuf field. */
export function describe(message: proto.IMessage): Content {
  const inner = unwrap(message)
  const context = contextOf(inner)
  const text = inner.conversation ?? inner.extendedTextMessage?.text
  if (text !== undefined && text !== null) {
    const link = linkOf(inner.extendedTextMessage)
    return { kind: 'text', text, ...(link ? { link } : {}), ...context }
  }
  const found = mediaOf(inner)
  if (found) {
    const caption = 'caption' in found.media ? (found.media.caption ?? undefined) : undefined
    return {
      kind: found.kind,
      media: mediaFacts(found.media, found.field, message.ephemeralMessage?.message ?? message),
      ...(caption ? { caption } : {}),
      ...context,
    }
  }
  const other = simpleContent(inner) ?? structuredContent(message, inner)
  if (other) return { ...context, ...other }
  const field = Object.keys(inner).find((key) => key !== 'messageContextInfo' && key !== 'senderKeyDistributionMessage')
  return { kind: field ?? 'empty' }
}

/** True when there is nothing to show: only keys or context were carried. */
export function isEmptyMessage(message: proto.IMessage): boolean {
  return !Object.keys(message).some((key) => key !== 'messageContextInfo' && key !== 'senderKeyDistributionMessage')
}
