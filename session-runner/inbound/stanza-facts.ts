import {
  isHostedLidUser,
  isHostedPnUser,
  isJidMetaAI,
  isLidUser,
  isPnUser,
  jidDecode,
  jidEncode,
} from '@whiskeysockets/baileys'
import type { Address } from '#domains/contacts/model.ts'

/** The attributes of a message or receipt stanza. */
export type Attrs = Record<string, string | undefined>

/** Own addresses of the device, with or without device part. */
export type Self = { pn: string | undefined; lid: string | undefined }

/** Who and where a message stanza is from, in our terms. */
export type StanzaFacts = {
  id: string
  /** Chat JID as WhatsApp addressed it, without device part. */
  chat: string
  address: Address
  isGroup: boolean
  fromMe: boolean
  /** Group member who wrote, without device part. */
  participant?: string
  /** The number that a channel gave its post. */
  serverId?: number
  /** Both addresses of the person on the other side, or of the group member who wrote. */
  person: { pn?: string; lid?: string }
  senderName?: string
  sentAtMs: number
  offline: boolean
  /** What the stanza says of a message that changes another one: `1` an edit, `7` a deletion, `8` an administrator's. */
  edit?: string
  /** Exchanged between devices of one account: never a message of a conversation. */
  isPeer: boolean
}

/** A device that WhatsApp hosts for a business is one of the account's: its servers, and those of the account. */
const HOSTED: Record<string, 's.whatsapp.net' | 'lid'> = { hosted: 's.whatsapp.net', 'hosted.lid': 'lid' }

/**
 * The JID of an account, or of a chat, from that of one of its devices: `15550001111:3@s.whatsapp.net` and `15550001111:99@hosted` →
 * `15550001111@s.whatsapp.net`.
 */
export const bareJid = (jid: string): string => {
  const decoded = jidDecode(jid)
  return decoded ? jidEncode(decoded.user, HOSTED[decoded.server] ?? (decoded.server as 'lid')) : jid
}

/** A bot (`@bot`) has an address that is no phone number, as a LID is none. */
const isLid = (jid: string): boolean => Boolean(isLidUser(jid) || isHostedLidUser(jid) || isJidMetaAI(jid))
const isPn = (jid: string): boolean => Boolean(isPnUser(jid) || isHostedPnUser(jid))

/** Whether the JID is one person's (or one bot's), and not a group's, a channel's or a broadcast's. */
export const isPersonJid = (jid: string): boolean => isPn(jid) || isLid(jid)

const sameUser = (left: string | undefined, right: string | undefined): boolean =>
  left !== undefined && right !== undefined && bareJid(left) === bareJid(right)

/** Both addresses of a person from the one used and the one given beside it. */
const personOf = (jid: string | undefined, beside: (string | undefined)[]): { pn?: string; lid?: string } => {
  const known = [jid, ...beside].flatMap((value) => (value ? [bareJid(value)] : []))
  return { pn: known.find(isPn), lid: known.find(isLid) }
}

/**
 * Reads a message stanza's attributes. A stanza from an own device carries the chat as `recipient`; in groups the writer is
 * `participant`. The other address of a person comes as `sender_pn`/`sender_lid`, `participant_pn`/`participant_lid` or
 * `recipient_pn`/`recipient_lid`/`peer_recipient_pn`/`peer_recipient_lid` (seen in Baileys' decoder).
 */
export const readStanza = (attrs: Attrs, self: Self): StanzaFacts | undefined => {
  const { id, from } = attrs
  if (!id || !from) return undefined
  const isGroup = !isPersonJid(from)
  const writer = isGroup ? attrs.participant : from
  const fromMe = sameUser(writer, self.pn) || sameUser(writer, self.lid)
  const common = {
    id,
    fromMe,
    senderName: attrs.notify || undefined,
    sentAtMs: Number(attrs.t ?? 0) * 1000,
    offline: attrs.offline !== undefined,
    ...(attrs.edit && { edit: attrs.edit }),
    isPeer: attrs.category === 'peer',
  }
  if (isGroup) {
    const chat = bareJid(from)
    const person = personOf(attrs.participant, [attrs.participant_pn, attrs.participant_lid])
    return { ...common, chat, address: { group: chat }, isGroup, participant: writer && bareJid(writer), person }
  }
  const chat = fromMe && attrs.recipient ? bareJid(attrs.recipient) : bareJid(from)
  const beside =
    fromMe && attrs.recipient
      ? [attrs.recipient_pn, attrs.recipient_lid, attrs.peer_recipient_pn, attrs.peer_recipient_lid]
      : [attrs.sender_pn, attrs.sender_lid]
  const person = personOf(chat, beside)
  return { ...common, chat, address: person, isGroup, person }
}

/** Message ids a receipt is about: the first in `id`, others in its list. */
export const receiptIds = (node: { attrs: Attrs; content?: unknown }): string[] => {
  const list = Array.isArray(node.content) ? (node.content as { tag?: string; content?: unknown }[]) : []
  const items = list.flatMap((child) => (child.tag === 'list' && Array.isArray(child.content) ? child.content : []))
  const more = items.flatMap((item: { tag?: string; attrs?: Attrs }) =>
    item.tag === 'item' && item.attrs?.id ? [item.attrs.id] : [],
  )
  return [...(node.attrs.id ? [node.attrs.id] : []), ...more]
}
