import type { proto } from '@whiskeysockets/baileys'
import type { MessageKind } from './model.ts'
import { describeAnswers } from './normalise-answers.ts'
import { describeMedia, type MediaSource } from './normalise-media.ts'
import { describeNotes } from './normalise-notes.ts'
import { describeOther } from './normalise-other.ts'
import { describePanel } from './normalise-panels.ts'

/** What a WhatsApp message says, in our terms. `target` is the message it is about (reaction, edit, revoke, vote). */
export type NormalMessage = {
  kind: MessageKind
  text?: string
  media?: MediaSource
  payload?: Record<string, unknown>
  quotedId?: string
  forwarded?: boolean
  viewOnce?: boolean
  /** JIDs of those whom the words mention; `mentionsAll` when everybody in the group is meant. */
  mentions?: string[]
  mentionsAll?: boolean
  /** Seconds after which the message disappears. */
  expiresIn?: number
}

/** Fields of `proto.IMessage` that wrap another message. */
const WRAPPERS = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
  'groupMentionedMessage',
  'botInvokeMessage',
  'botForwardedMessage',
  'botTaskMessage',
  'associatedChildMessage',
  'lottieStickerMessage',
  'pollCreationMessageV4',
  'pollCreationOptionImageMessage',
  'eventCoverImage',
  'groupStatusMessage',
  'groupStatusMessageV2',
  'groupStatusMentionMessage',
  'statusMentionMessage',
  'statusAddYours',
  'limitSharingMessage',
  'questionMessage',
  'questionReplyMessage',
] as const

/** The message inside its wrappers, and whether it may be viewed once only. A copy of an own message is unwrapped as well. */
export const unwrap = (message: proto.IMessage): { message: proto.IMessage; viewOnce: boolean } => {
  let inner = message.deviceSentMessage?.message ?? message
  let viewOnce = false
  for (let depth = 0; depth < 6; depth += 1) {
    const wrapper = WRAPPERS.find((name) => inner[name]?.message)
    const next = wrapper && inner[wrapper]?.message
    if (!wrapper || !next) break
    viewOnce ||= wrapper.startsWith('viewOnce')
    inner = next
  }
  return { message: inner, viewOnce }
}

const contextOf = (message: proto.IMessage): proto.IContextInfo | undefined => {
  for (const value of Object.values(message)) {
    const context = (value as { contextInfo?: proto.IContextInfo } | null | undefined)?.contextInfo
    if (context) return context
  }
  return undefined
}

/** Gives the message in our terms, or undefined when it is no message of a conversation (key exchange, sync, settings). */
export const normaliseMessage = (raw: proto.IMessage): NormalMessage | undefined => {
  const { message, viewOnce } = unwrap(raw)
  const content = describe(message)
  if (!content) return undefined
  const context = contextOf(message)
  return {
    ...content,
    quotedId: context?.stanzaId || content.quotedId || undefined,
    mentions: context?.mentionedJid?.length ? context.mentionedJid : undefined,
    mentionsAll: context?.nonJidMentions ? true : undefined,
    expiresIn: context?.expiration || undefined,
    forwarded: context?.isForwarded ? true : undefined,
    viewOnce: viewOnce || isOnce(message) ? true : undefined,
  }
}

const isOnce = ({ imageMessage, videoMessage, audioMessage }: proto.IMessage): boolean =>
  [imageMessage, videoMessage, audioMessage].some((part) => part?.viewOnce === true)

/** Members of a message that are no content. */
const NO_CONTENT: ReadonlySet<string> = new Set([
  'messageContextInfo',
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
])

const describe = (message: proto.IMessage): NormalMessage | undefined => {
  if (message.conversation) return { kind: 'text', text: message.conversation }
  if (message.extendedTextMessage) return describeText(message.extendedTextMessage)
  if (message.protocolMessage) return describeProtocol(message.protocolMessage)
  if (message.commentMessage?.message) return describeComment(message.commentMessage)
  const found =
    describeMedia(message) ??
    describeOther(message) ??
    describeAnswers(message) ??
    describePanel(message) ??
    describeNotes(message)
  if (found) return found
  const [name] = Object.entries(message).flatMap(([key, value]) => (value != null && !NO_CONTENT.has(key) ? [key] : []))
  return name === undefined ? undefined : { kind: 'unsupported', payload: { type: name } }
}

/** A text, with what it links to as its sender shows it. */
const describeText = ({ text, matchedText, title, description }: proto.Message.IExtendedTextMessage): NormalMessage => {
  const link = matchedText && { url: matchedText, title: title || undefined, description: description || undefined }
  return { kind: 'text', text: text ?? '', payload: link ? { link } : undefined }
}

const describeComment = ({ message, targetMessageKey }: proto.Message.ICommentMessage): NormalMessage | undefined => {
  const comment = message && normaliseMessage(message)
  const targetId = targetMessageKey?.id
  if (!comment || !targetId) return comment ?? undefined
  return { ...comment, quotedId: targetId, payload: { ...comment.payload, commentOn: targetId } }
}

/** Kinds whose facts an edit changes, beside the words. */
const FACTS_CHANGE: ReadonlySet<MessageKind> = new Set<MessageKind>(['event', 'location', 'poll'])

/** Numbers of `ProtocolMessage.Type`; all others are between devices of one account, or about keys. */
const REVOKE = 0
const EPHEMERAL_SETTING = 3
const MESSAGE_EDIT = 14
const STATUS_MENTION = 25

const describeProtocol = (protocol: proto.Message.IProtocolMessage): NormalMessage | undefined => {
  const type = protocol.type ?? REVOKE
  if (type === EPHEMERAL_SETTING) {
    return { kind: 'system', payload: { about: 'timer', seconds: protocol.ephemeralExpiration ?? 0 } }
  }
  const { key } = protocol
  if (!key?.id) return undefined
  const payload = { targetId: key.id, targetFromMe: key.fromMe === true }
  if (type === REVOKE) return { kind: 'revoke', payload }
  if (type === STATUS_MENTION) return { kind: 'system', payload: { about: 'statusMention', statusId: key.id } }
  if (type !== MESSAGE_EDIT) return undefined
  return editOf(protocol.editedMessage ?? {}, payload)
}

/** An edit of the message that `target` names, to the content of `message`. */
export const editOf = (message: proto.IMessage, target: Record<string, unknown>): NormalMessage => {
  const edited = normaliseMessage(message)
  const facts = edited && FACTS_CHANGE.has(edited.kind) ? edited.payload : undefined
  const payload = facts ? { ...target, facts } : target
  return { kind: 'edit', text: edited?.text, mentions: edited?.mentions, payload }
}
