import type { BusinessFacts } from './business-facts.ts'
import type { Device } from './companion.ts'
import type { OwnSenderKey, TheirSenderKey } from './group-cipher.ts'
import type { LinkView, MediaFacts } from './media-view.ts'
import type { BinaryNode } from './nodes.ts'
import type { OrderView } from './order-view.ts'
import type { ContextView, MessageParts } from './parts.ts'
import type { PhoneKeys, SignalStore } from './signal-store.ts'

/** How far a message that a phone sent has come, or how a received one stands. */
export type MessageStatus = 'pending' | 'sent' | 'delivered' | 'read' | 'played' | 'received' | 'failed'

/** A message as the simulated phone sees it. Users are phone numbers, groups are jids. */
export interface PhoneMessage extends ContextView, MessageParts {
  id: string
  chat: string
  from: string
  to: string
  participant?: string
  /** Companion number that sent it; 0 for a phone itself. */
  fromDevice: number
  fromMe: boolean
  kind: string
  text?: string
  caption?: string
  media?: MediaFacts
  /** Preview of a page that the text links to. */
  link?: LinkView
  /** Id of the message that a reaction, edit or revocation is about. */
  targetId?: string
  reaction?: string
  location?: { latitude: number; longitude: number; name?: string }
  order?: OrderView
  pushName?: string
  /** Unix seconds. */
  timestamp: number
  /** Unix milliseconds with fractions when the phone had it open. */
  receivedAt?: number
  status: MessageStatus
  /** Unix seconds in which it first was delivered and read. */
  statusAt?: { delivered?: number; read?: number }
  /** Who read it, for groups. */
  readBy?: string[]
  /** How often a message with this id arrived. */
  times: number
  edited?: boolean
  revoked?: boolean
}

/** A message with its protobuf, kept for resends, media and history. */
export interface StoredMessage {
  view: PhoneMessage
  proto: Uint8Array
  /** Addressing of the chat as other devices were told, for receipts and resends. */
  chatJid: string
  retries: number
}

/** One app-state collection as the server keeps it, and the hash state of the phone that writes to it. */
export interface Collection {
  version: number
  patches: Uint8Array[]
  hash: Buffer
  indexValueMap: Record<string, { valueMac: Uint8Array }>
}

/** What a phone's chat list says about a chat. */
export interface ChatState {
  /** Phone number, or id of a group. */
  chat: string
  pinned: boolean
  archived: boolean
  muted: boolean
  /** Unix milliseconds; a muted chat without it is muted for ever. */
  mutedUntil?: number
  /** Marked as unread by hand. */
  unread: boolean
  /** Unix milliseconds; messages that came later show the chat again. */
  deletedAt?: number
  labels: string[]
  /** Ids of starred messages. */
  starred: string[]
  /** Labels of messages by message id. */
  labelled: Record<string, string[]>
}

/** A label that chats and messages can carry. */
export interface Label {
  id: string
  name: string
  color: number
}

/** A contact in the address book of a phone. */
export interface Contact {
  phone: string
  name: string
}

/** An account with its primary device, which is device 0 and simulated here. */
export interface Phone {
  phone: string
  lid: string
  name: string
  online: boolean
  autoRead: boolean
  about: string
  aboutAt: number
  disappearing: number
  createdAt: number
  keys: PhoneKeys
  advKeyIndex: number
  signal: SignalStore
  ownSenderKeys: Map<string, OwnSenderKey>
  senderKeys: Map<string, TheirSenderKey[]>
  devices: Map<number, Device>
  nextDevice: number
  contacts: Map<string, Contact>
  /** By message key: chat, sender and id. */
  messages: Map<string, StoredMessage>
  inbox: BinaryNode[]
  work: Promise<void>
  blocked: Set<string>
  privacy: Record<string, string>
  /** Who sees status posts, when the person has said so. */
  statusAudience?: { type: 'contacts' | 'blacklist' | 'whitelist'; phones: string[] }
  /** Set for a business account. */
  business?: BusinessFacts
  /** Code of the link that leads to this account. */
  contactCode?: string
  pictureId?: string
  picture?: Buffer
  appStateKey: { id: Buffer; data: Buffer; at: number }
  collections: Map<string, Collection>
  chats: Map<string, ChatState>
  labels: Map<string, Label>
  presenceSubscribers: Set<string>
  /** When a privacy token last went to a contact, by LID, in Unix seconds. */
  tokensSent: Map<string, number>
  available: boolean
  lastSeen: number
}

/** A member of a group. */
export interface Member {
  phone: string
  role: 'superadmin' | 'admin' | 'member'
}

/** A group chat. */
export interface Group {
  id: string
  subject: string
  subjectOwner: string
  subjectAt: number
  creator: string
  createdAt: number
  members: Map<string, Member>
  description?: { id: string; text: string; by: string; at: number }
  announcement: boolean
  locked: boolean
  ephemeral: number
  memberAddMode: 'all_member_add' | 'admin_add'
  approval: boolean
  inviteCode: string
  /** Codes that worked once: they answer otherwise than those that never existed. */
  revokedCodes: string[]
  /** Members at most. */
  capacity: number
  /** Change with every change of the members, and of who may write. */
  participantVersion: string
  announceVersion: string
  /** It is a community: a group whose members are those of the groups linked to it. */
  community?: boolean
  /** Id of the community it is linked to. */
  parent?: string
  /** The announcement group that a community is born with; it holds all its members. */
  announcements?: boolean
  pictureId?: string
  picture?: Buffer
  /** Who asked to join, with the Unix second of the wish. */
  requests: Map<string, number>
}
