import { userOf } from '../contacts/model.ts'

/** A message by the conversation it stands in. */
export type EventRef = { conversationId: number; messageId: string }

/**
 * The id of a message in the form of a Matrix event id: `$` and base64url of where the message is found. The same message has
 * the same id always, and what reads it back needs no table.
 */
export const eventIdOf = ({ conversationId, messageId }: EventRef): string =>
  `$${Buffer.from(`${conversationId}:${messageId}`).toString('base64url')}`

/** The message an event id names; undefined for a text that is none of ours. */
export const readEventId = (text: string): EventRef | undefined => {
  const encoded = /^\$([\w-]+)$/.exec(text)?.[1]
  const [, conversationId, messageId] =
    /^(\d{1,12}):([\w.-]{1,128})$/.exec(Buffer.from(encoded ?? '', 'base64url').toString('utf8')) ?? []
  return conversationId && messageId ? { conversationId: Number(conversationId), messageId } : undefined
}

/** The server name of Matrix ids: the public host. */
export const serverName = (publicUrl: string): string =>
  URL.canParse(publicUrl) ? new URL(publicUrl).host : 'localhost'

/** The Matrix user id of an identity. */
export const identityUserId = (identity: string, server: string): string => `@${identity}:${server}`

/** The Matrix user id of a WhatsApp user; one who is known by his hidden id only has `lid-` before it, as bridges write it. */
export const whatsappUserId = (who: { phone?: string; lid?: string; jid?: string }, server: string): string => {
  const lid = who.lid ?? (who.jid?.endsWith('@lid') ? userOf(who.jid) : undefined)
  const name = who.phone ?? (lid ? `lid-${lid}` : userOf(who.jid ?? ''))
  return `@whatsapp_${name}:${server}`
}

/** A Matrix user id of a WhatsApp user as the JID behind it; undefined for any other text. */
export const readWhatsappUserId = (text: string): string | undefined => {
  const [, lid, digits] = /^@whatsapp_(lid-)?(\d{5,20}):\S+$/.exec(text.trim()) ?? []
  return digits && `${digits}@${lid ? 'lid' : 's.whatsapp.net'}`
}
