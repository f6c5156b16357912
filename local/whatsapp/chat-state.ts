import type { proto } from '@whiskeysockets/baileys'
import { chatNameOf } from './chat-name.ts'
import type { ChatState, Phone } from './model.ts'
import { persistChats } from './persist.ts'
import type { World } from './world.ts'

/** One change of app state as it was decrypted. */
export interface Mutation {
  index: string[]
  value: proto.ISyncActionValue
  /** The entry is taken away instead of set. */
  removed: boolean
}

/** The state of a chat that nobody touched. */
function blankChat(chat: string): ChatState {
  return { chat, pinned: false, archived: false, muted: false, unread: false, labels: [], starred: [], labelled: {} }
}

/** The state of a chat, made when there is none. `jid` is what the app state names it by: number, LID or group. */
function chatOf(world: World, phone: Phone, jid: string): ChatState {
  const name = chatNameOf(world, jid)
  const known = phone.chats.get(name)
  if (known) return known
  const made = blankChat(name)
  phone.chats.set(name, made)
  return made
}

function toggled(list: string[], entry: string, on: boolean): string[] {
  const others = list.filter((each) => each !== entry)
  return on ? [...others, entry] : others
}

type Change = (world: World, phone: Phone, mutation: Mutation) => void

function changeLabel(_world: World, phone: Phone, { index, value, removed }: Mutation): void {
  const [, id = ''] = index
  const { name, color, deleted } = value.labelEditAction ?? {}
  if (removed || deleted) phone.labels.delete(id)
  else phone.labels.set(id, { id, name: name ?? '', color: color ?? 0 })
}

function labelMessage(world: World, phone: Phone, { index, value, removed }: Mutation): void {
  const [, label = '', jid = '', id = ''] = index
  const chat = chatOf(world, phone, jid)
  chat.labelled[id] = toggled(
    chat.labelled[id] ?? [],
    label,
    !removed && value.labelAssociationAction?.labeled === true,
  )
}

/** What each kind of entry does to the chat list; names and values are those of WhatsApp's own app state. */
const CHANGES: Record<string, Change> = {
  pin_v1(world, phone, { index, value }) {
    chatOf(world, phone, index[1] ?? '').pinned = value.pinAction?.pinned === true
  },
  archive(world, phone, { index, value }) {
    chatOf(world, phone, index[1] ?? '').archived = value.archiveChatAction?.archived === true
  },
  mute(world, phone, { index, value }) {
    const chat = chatOf(world, phone, index[1] ?? '')
    const until = Number(value.muteAction?.muteEndTimestamp ?? -1)
    chat.muted = value.muteAction?.muted === true
    chat.mutedUntil = chat.muted && until > 0 ? until : undefined
  },
  markChatAsRead(world, phone, { index, value }) {
    chatOf(world, phone, index[1] ?? '').unread = value.markChatAsReadAction?.read === false
  },
  deleteChat(world, phone, { index }) {
    const chat = chatOf(world, phone, index[1] ?? '')
    phone.chats.set(chat.chat, { ...blankChat(chat.chat), deletedAt: Date.now() })
  },
  star(world, phone, { index, value }) {
    const chat = chatOf(world, phone, index[1] ?? '')
    chat.starred = toggled(chat.starred, index[2] ?? '', value.starAction?.starred === true)
  },
  label_edit: changeLabel,
  label_jid(world, phone, { index, value, removed }) {
    const chat = chatOf(world, phone, index[2] ?? '')
    chat.labels = toggled(chat.labels, index[1] ?? '', !removed && value.labelAssociationAction?.labeled === true)
  },
  label_message: labelMessage,
}

/** Shows a change of app state in the phone's chat list; false when it is about something else. */
export function changeChatList(world: World, phone: Phone, mutation: Mutation): boolean {
  const change = CHANGES[mutation.index[0] ?? '']
  if (!change) return false
  change(world, phone, mutation)
  persistChats(world, phone)
  return true
}

/** A chat as the control API shows it. */
export type ChatView = Omit<ChatState, 'deletedAt'> & { deleted: boolean }

/** A chat that nobody touched, as the control API shows it. */
export function blankChatView(chat: string): ChatView {
  return { ...blankChat(chat), deleted: false }
}

/** The chat list of a phone. A deleted chat comes back with its next message, as on a real phone. */
export function chatViews(phone: Phone): ChatView[] {
  const newest = new Map<string, number>()
  for (const { view } of phone.messages.values()) {
    newest.set(view.chat, Math.max(newest.get(view.chat) ?? 0, view.receivedAt ?? view.timestamp * 1000))
  }
  const names = new Set([...newest.keys(), ...phone.chats.keys()])
  return [...names].map((name) => {
    const { deletedAt, ...chat } = phone.chats.get(name) ?? blankChat(name)
    return { ...chat, deleted: deletedAt !== undefined && (newest.get(name) ?? 0) <= deletedAt }
  })
}

/** What a chunk of history says about the state of a chat. */
export function chatHistory(phone: Phone, chat: string): Partial<proto.IConversation> {
  const state = phone.chats.get(chat)
  if (!state) return {}
  return {
    archived: state.archived,
    pinned: state.pinned ? Math.floor(Date.now() / 1000) : 0,
    muteEndTime: Math.floor((state.mutedUntil ?? 0) / 1000),
    markedAsUnread: state.unread,
  }
}
