import { proto } from '@whiskeysockets/baileys'
import { bareJid } from '../inbound/stanza-facts.ts'
import { Damaged, fieldsOf } from './fields.ts'

const MESSAGES = 2

/** A conversation without its messages. */
export type Conversation = proto.IConversation & { id: string }

/** A conversation without its messages, and the bytes of each of them, newest first. */
const split = (bytes: Uint8Array): { conversation: Conversation | undefined; messages: Uint8Array[] } => {
  const rest: Uint8Array[] = []
  const messages: Uint8Array[] = []
  for (const { number, value, start, end } of fieldsOf(bytes)) {
    if (number === MESSAGES && typeof value !== 'number') messages.push(value)
    else rest.push(bytes.subarray(start, end))
  }
  const conversation = proto.Conversation.decode(Buffer.concat(rest))
  return { conversation: conversation.id ? { ...conversation, id: conversation.id } : undefined, messages }
}

/** The addresses that a conversation names of the person it is with: none for a group. */
export const addressesIn = ({ id, pnJid, lidJid }: Conversation): { pn?: string; lid?: string } => {
  if (!/@(s\.whatsapp\.net|lid)$/.test(id)) return {}
  const named = [id, pnJid, lidJid].flatMap((jid) => (jid ? [bareJid(jid)] : []))
  return {
    pn: named.find((jid) => jid.endsWith('@s.whatsapp.net')),
    lid: named.find((jid) => jid.endsWith('@lid')),
  }
}

/** A conversation and the bytes of its messages, newest first. Throws `Damaged` when it is no protobuf. */
export const opened = (bytes: Uint8Array): ReturnType<typeof split> => {
  try {
    return split(bytes)
  } catch (error) {
    if (error instanceof Damaged) throw error
    throw new Damaged('a conversation cannot be read', { cause: error })
  }
}

/** Both addresses of a person whom a conversation is with, as far as it tells. */
export type Pair = { pn: string; lid: string }

/**
 * What a conversation tells beside its messages: the addresses it joins, and its trust token. Throws `Damaged` when it is no
 * protobuf: there is no use in reading it again.
 */
export const linkOf = (bytes: Uint8Array): { conversation: Conversation | undefined; pair: Pair | undefined } => {
  const { conversation } = opened(bytes)
  const { pn, lid } = conversation ? addressesIn(conversation) : {}
  return { conversation, pair: pn && lid ? { pn, lid } : undefined }
}
