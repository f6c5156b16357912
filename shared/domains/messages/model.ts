import type { Key } from '#data/expressions.ts'

/** What a message is; kinds that WhatsApp adds later are `unsupported` until they get a name. */
export type MessageKind =
  | 'text'
  | 'image'
  | 'video'
  | 'audio'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contacts'
  | 'reaction'
  | 'poll'
  | 'event'
  | 'invite'
  | 'interactive'
  | 'order'
  | 'edit'
  | 'revoke'
  | 'payment'
  | 'call'
  | 'album'
  | 'pin'
  | 'system'
  | 'undecryptable'
  | 'unsupported'

/** States of a message; an outbound one only ever rises by rank, and `failed` is final from accepted or sent. */
export const STATUS_RANK = { accepted: 1, sent: 2, delivered: 3, read: 4, failed: 9, received: 1 } as const

/** State of a message. */
export type MessageStatus = keyof typeof STATUS_RANK

/** Where WhatsApp keeps the file of a message, and what opens it: bytes in base64, as DIGIGO's downloads take them. */
export type MediaOrigin = {
  url?: string
  directPath?: string
  mediaKey?: string
  fileSha256?: string
  fileEncSha256?: string
}

/** Media of a stored message. `key` is its object in the media bucket once it is there. */
export type MessageMedia = {
  state: 'pending' | 'ready' | 'failed' | 'expired'
  mimeType?: string
  fileName?: string
  sizeBytes?: number
  width?: number
  height?: number
  seconds?: number
  key?: string
  error?: string
  origin?: MediaOrigin
}

/** Why a message failed: a code of our own, WhatsApp's code when it gave one, and a sentence. */
export type MessageFailure = { code: string; providerCode?: number; message: string }

/** Who reacted or answered: this account, or somebody with both addresses as far as known. */
type Who = { me?: true; phone?: string; lid?: string; name?: string }

/** A reaction that a message has. `at` is WhatsApp's time. */
export type Reaction = { by: Who; emoji: string; at: string }

/** Somebody took back what he had said of a message. */
export type Withdrawal = { what: 'reaction' | 'answer'; by: Who; at: string }

/** A vote in a poll (`options`, by their words), or an answer to an invitation. */
export type Answer = { by: Who; at: string; options?: string[]; response?: string; guests?: number }

/** A message of a conversation as it is stored. */
export type Message = {
  tenantId: string
  deviceId: string
  conversationId: number
  /** WhatsApp's message id; fixed at accept for outbound ones, so that every retry is the same message. */
  messageId: string
  direction: 'in' | 'out'
  kind: MessageKind
  status: MessageStatus
  rank: number
  /** Chat JID as WhatsApp addressed it. */
  chat: string
  /** Both addresses of the person on the other side (or of the group member who wrote), as far as known. */
  phone?: string
  lid?: string
  /** Group member who wrote, as JID. */
  participant?: string
  senderName?: string
  text?: string
  media?: MessageMedia
  /** Facts of the other kinds (location, contacts, poll …). */
  payload?: Record<string, unknown>
  quotedId?: string
  isGroup: boolean
  /** It was said to many at once: a status, which is gone after a day, or a post of a channel. */
  post?: 'status' | 'channel'
  /** Encoded WhatsApp `Message` protobuf: answers retry receipts, quotes and vote decryption. */
  proto?: Uint8Array
  /** api, phone (written on the linked phone), contact. */
  source: string
  /** The user who sent it, when one did. */
  userId?: number
  /** True when it arrived while the device was offline. */
  offline?: boolean
  /** True when it came with the history that the phone sent, and not by itself. */
  history?: boolean
  error?: MessageFailure
  starred?: boolean
  /** Ids of the labels it carries. */
  labels?: string[]
  /** Sort key of the thread: WhatsApp's time in milliseconds, padded, then the id. */
  at: string
  timestamp: string
  acceptedAt?: string
  sentAt?: string
  deliveredAt?: string
  readAt?: string
  /** When `text` was last changed by an edit; the protobuf stays the first one. */
  editedAt?: string
  /** When it was deleted for everyone; what it said stays. */
  revokedAt?: string
  /** When it was stored, or last became something else, by our clock: other times are WhatsApp's, and may be long past. */
  changedAt?: string
  /** The newest of each person. */
  reactions?: Reaction[]
  answers?: Answer[]
  /** Who has neither any more since when: something older of him may still come. */
  withdrawn?: Withdrawal[]
  /** Epoch seconds after which only the protobuf is of no use any more; the item itself stays. */
  protoUntil?: number
}

/** Kinds that only change another message. */
const ABOUT_ANOTHER: ReadonlySet<MessageKind> = new Set<MessageKind>(['reaction', 'edit', 'revoke', 'pin'])

/** Whether a message only changes another one: nobody has to read it, and lists do not show it as the newest. */
export const isAboutAnother = ({ kind, payload }: Pick<Message, 'kind' | 'payload'>): boolean =>
  ABOUT_ANOTHER.has(kind) || payload?.vote === true || payload?.answer === true || payload?.about === 'keep'

/** Key of a message in its conversation. */
export const messageKey = (tenantId: string, conversationId: number, messageId: string): Key => ({
  pk: `C#${tenantId}#${conversationId}`,
  sk: `M#${messageId}`,
})

/** Sort key of the thread index. */
export const threadTime = (ms: number, messageId: string): string => `${String(ms).padStart(15, '0')}#${messageId}`

/** The place in time of a message, in milliseconds, from that key. */
export const placeOf = (at: string): number => Number.parseInt(at, 10)

/** How long, in seconds, a sent message's protobuf answers retry receipts. WhatsApp keeps an offline phone's queue for weeks. */
export const PROTO_KEPT_SECONDS = 30 * 24 * 3600
