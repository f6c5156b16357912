import { randomBytes } from 'node:crypto'
import { proto } from '@whiskeysockets/baileys'
import type { MessageContent, MessageContext } from '#domains/commands/model.ts'
import { actionMessage } from './action-content.ts'
import { inviteMessage } from './invite-content.ts'
import { type ContentPorts, inEnvelope, mediaMessage } from './media-content.ts'
import { orderMessage } from './order-content.ts'
import type { Quoted } from './quoted.ts'
import { isStructured, secretOf, structuredMessage } from './structured-content.ts'
import { textMessage } from './text-content.ts'

/** What is known beside the command: what a reply quotes, and of a group who is in it. */
export type Surroundings = {
  quoted?: Quoted
  /** JIDs of everybody but ourselves, when all are to be mentioned. */
  everybody?: readonly string[]
  /** It is the announcement group of a community. */
  isAnnouncements?: boolean
  /** After how many seconds messages of the group disappear; 0 for never. */
  timerSeconds?: number
}

const jidOf = (user: string): string => (user.includes('@') ? user : `${user.replace(/\D/g, '')}@s.whatsapp.net`)

/**
 * Everybody is named, since phones before the mention of all know no other way, and the mention of all is marked as Baileys does
 * (`nonJidMentions`).
 */
const mentionsOf = (context: MessageContext, everybody: readonly string[] | undefined): string[] => [
  ...new Set([...(context.mentions ?? []).map(jidOf), ...(everybody ?? [])]),
]

const contextOf = (
  context: MessageContext,
  { quoted, everybody, timerSeconds }: Surroundings,
): proto.IContextInfo | undefined => {
  const info: proto.IContextInfo = {}
  if (context.quotedId) {
    const participant = context.quotedParticipant ?? quoted?.participant
    info.stanzaId = context.quotedId
    info.participant = participant && jidOf(participant)
    info.quotedMessage = quoted?.message ?? { conversation: context.quotedText ?? '' }
  }
  if (context.forwarded) Object.assign(info, { isForwarded: true, forwardingScore: 1 })
  const mentions = mentionsOf(context, everybody)
  if (mentions.length > 0) info.mentionedJid = mentions
  if (everybody) info.nonJidMentions = 1
  // Phones that do not find the group's timer in a message tell that it will not disappear there.
  const expiration = context.expirationSeconds ?? timerSeconds
  if (expiration) info.expiration = expiration
  return Object.keys(info).length > 0 ? info : undefined
}

const withContext = (message: proto.IMessage, info: proto.IContextInfo | undefined): void => {
  if (!info) return
  for (const value of Object.values(message)) {
    if (value && typeof value === 'object') (value as { contextInfo?: proto.IContextInfo }).contextInfo = info
  }
}

type Edit = Extract<MessageContent, { kind: 'edit' }>

/** New words for an own message (form as Baileys and WhatsApp Web send it); what they mention stands with the words. */
const editMessage = ({ chat, messageId, text }: Edit, info: proto.IContextInfo | undefined): proto.IMessage => ({
  protocolMessage: {
    key: { remoteJid: chat, id: messageId, fromMe: true },
    type: proto.Message.ProtocolMessage.Type.MESSAGE_EDIT,
    editedMessage: { extendedTextMessage: { text, contextInfo: info } },
    timestampMs: Date.now(),
  },
})

type Said = Exclude<MessageContent, { target: unknown } | Edit>

const messageOf = async (content: Said, ports: ContentPorts, around: Surroundings): Promise<proto.IMessage> => {
  if (content.kind === 'text') return textMessage(content)
  if (content.kind === 'invite') return inviteMessage(content)
  if (content.kind === 'order') return orderMessage(content)
  if (isStructured(content)) {
    return structuredMessage(content, ports, { isAnnouncements: around.isAnnouncements ?? false })
  }
  return mediaMessage(content, ports)
}

/** Encodes what is to be said as WhatsApp's `Message`; media are encrypted and uploaded on the way, as streams. */
export const buildMessage = async (
  content: MessageContent,
  context: MessageContext,
  ports: ContentPorts,
  around: Surroundings = {},
): Promise<proto.IMessage> => {
  // Nobody reports, quotes or forwards an action on another message: it has neither secret nor context.
  if ('target' in content) return proto.Message.create(actionMessage(content, Date.now()))
  // An edit leaves the time at which its message disappears as it is.
  if (content.kind === 'edit') {
    return proto.Message.create(editMessage(content, contextOf(context, { ...around, timerSeconds: undefined })))
  }
  const info = contextOf(context, around)
  const message = await messageOf(content, ports, around)
  withContext(message, info)
  // The secret lets the recipient report the message; the web client sends one with every message. Votes are encrypted with it.
  const messageSecret = secretOf(content) ?? randomBytes(32)
  return proto.Message.create({ ...inEnvelope(content, message), messageContextInfo: { messageSecret } })
}
