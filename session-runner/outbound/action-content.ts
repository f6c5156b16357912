import { proto } from '@whiskeysockets/baileys'
import type { MessageContent } from '#domains/commands/model.ts'

type Action = Extract<MessageContent, { target: unknown }>

const keyOf = ({ chat, messageId, fromMe, participant }: Action['target']): proto.IMessageKey => ({
  remoteJid: chat,
  id: messageId,
  fromMe,
  // Own messages need no author; in a chat of two the chat is the author.
  participant: !fromMe && chat.endsWith('@g.us') ? participant : undefined,
})

/** Encodes a reaction, or a deletion for everyone. */
export const actionMessage = (content: Action, nowMs: number): proto.IMessage => {
  const key = keyOf(content.target)
  if (content.kind === 'reaction') return { reactionMessage: { key, text: content.emoji, senderTimestampMs: nowMs } }
  return { protocolMessage: { key, type: proto.Message.ProtocolMessage.Type.REVOKE } }
}

/**
 * Attributes of the stanza that say what kind of message this is: WhatsApp's server has to know of a deletion, since it keeps the
 * message for devices that are away. 7 is a deletion by who wrote it, 1 an edit (seen in Baileys' `sendMessage`).
 */
export const actionAttributes = (content: MessageContent): Record<string, string> | undefined =>
  content.kind === 'revoke' ? { edit: '7' } : content.kind === 'edit' ? { edit: '1' } : undefined
