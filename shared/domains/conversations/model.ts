import type { Key } from '#data/expressions.ts'

/** The newest message of a conversation as lists show it. */
export type LastMessage = {
  messageId: string
  direction: 'in' | 'out'
  kind: string
  text: string
  at: string
  status: string
}

/** Who has the ball. What is not `CLOSED` is open, with an episode; a thread without one is `CLOSED`. */
export type ConversationStatus = 'BOT_HANDLING' | 'HUMAN_HANDLING' | 'OPEN' | 'WAITING_FOR_CUSTOMER' | 'CLOSED'

/** What began an episode. */
export type Origin = 'INBOUND' | 'AGENT' | 'API'

/** Who changed a conversation: the person on the other side, our own phone, an API credential, or a user. */
export type Mover = { kind: 'contact' | 'phone' | 'key' } | { kind: 'user'; id: number }

/** One case in a thread: from the message or the person that opened it until it was closed. */
export type Episode = {
  id: string
  tenantId: string
  conversationId: number
  /** Counts from 1 inside the conversation. */
  number: number
  origin: Origin
  openedAt: string
  reopenedAt?: string
  assigneeId?: number
  firstHumanResponseAt?: string
  closedAt?: string
  closedBy?: Mover
  resolution?: string
}

/** The thread of one contact (or group) on one device. It never ends; what opens and closes are its episodes. */
export type Conversation = {
  /** Per-tenant integer. */
  id: number
  tenantId: string
  deviceId: string
  /** JID that WhatsApp uses for the chat. */
  chat: string
  contactId?: number
  isGroup: boolean
  name?: string
  status: ConversationStatus
  /** Rises with every change of `status`; such changes are conditional on it. */
  version: number
  /** Which part of the tenant's list it is in. */
  listShard: number
  /** Inbound messages since somebody read here. */
  unreadCount: number
  /** It is open, and the newest message is the other side's. */
  needsAction?: boolean
  /** Time of the first inbound message that nobody answered yet. */
  waitingSince?: string
  /** The user who handles it; of a closed one, who did. */
  assigneeId?: number
  /** The open episode, or the last one. */
  episode?: Pick<Episode, 'id' | 'number' | 'openedAt' | 'origin'>
  /** When a user first wrote in the episode. */
  firstHumanResponseAt?: string
  closedAt?: string
  closedBy?: Mover
  resolution?: string
  lastMessage?: LastMessage
  lastMessageAt?: string
  /** It was another thread with the same person, and went up in this one; nothing is listed or counted here. */
  mergedInto?: number
  /** Threads that went up in this one. */
  absorbed?: number[]
  createdAt: string
}

/** Key of a conversation; its messages share the partition. */
export const conversationKey = (tenantId: string, id: number): Key => ({ pk: `C#${tenantId}#${id}`, sk: 'META' })

/** Key of the entry that lists a conversation under its device, so that all of a device's can be found. */
export const deviceConversationKey = (deviceId: string, id: number): Key => ({
  pk: `D#${deviceId}`,
  sk: `CV#${String(id).padStart(10, '0')}`,
})

/** Key of an episode; it lies with its conversation. */
export const episodeKey = (tenantId: string, id: number, number: number): Key => ({
  pk: conversationKey(tenantId, id).pk,
  sk: `EP#${String(number).padStart(6, '0')}`,
})

/** Whether a chat is one of the inbox: with a person or a group. Status posts and channels are kept, and not listed. */
export const isInboxChat = (chat: string): boolean => /@(s\.whatsapp\.net|lid|g\.us)$/.test(chat)

/** The lists of a tenant: open conversations and closed ones. */
export type ListClass = 'open' | 'closed'

/** Which list a conversation of a status is in. */
export const listClassOf = (status: ConversationStatus): ListClass => (status === 'CLOSED' ? 'closed' : 'open')

/** Partition of a tenant's list in the first index. */
export const listPartition = (tenantId: string, shard: number, list: ListClass): string =>
  `L#${tenantId}#${shard}#${list}`

/** Place of a conversation in its list: by the time of its newest message. */
export const listPlace = (at: string, id: number): string => `${at}#${String(id).padStart(10, '0')}`

/** Characters of text that a list row keeps. */
export const PREVIEW_LENGTH = 120
