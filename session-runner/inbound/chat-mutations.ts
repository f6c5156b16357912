import type { ChatMutation } from '@whiskeysockets/baileys'
import { type ChatChange, MUTED_FOR_EVER } from '#domains/chats/model.ts'
import { isoTime } from '#kit/clock.ts'

/** What is noted on a message. */
export type Mark = { starred: boolean } | { labelId: string; applied: boolean }

/** One entry of app state in our terms: about a chat, about a message of a chat, or a label. */
export type ListEntry =
  | { about: 'chat'; jid: string; change: ChatChange }
  | {
      about: 'message'
      jid: string
      messageId: string
      mark: Mark
    }
  | { about: 'label'; labelId: string; name: string | undefined; color: number | undefined; deleted: boolean }

type Action = NonNullable<ChatMutation['syncAction']['value']>

const chat = (jid: string | undefined, change: ChatChange | null | undefined): ListEntry | undefined =>
  jid && change ? { about: 'chat', jid, change } : undefined

const message = (jid: string | undefined, messageId: string | undefined, mark: Mark): ListEntry | undefined =>
  jid && messageId ? { about: 'message', jid, messageId, mark } : undefined

/** The end of a mute is in milliseconds; without one, or with -1, it lasts for ever. */
const muteOf = ({ muted, muteEndTimestamp }: NonNullable<Action['muteAction']>): ChatChange => {
  const end = Number(muteEndTimestamp ?? 0)
  return { kind: 'mute', mutedUntil: !muted ? 0 : end > 0 ? Math.floor(end / 1000) : MUTED_FOR_EVER }
}

const READERS: Record<string, (index: string[], action: Action) => ListEntry | undefined> = {
  pin_v1: (index, { pinAction }) => chat(index[1], pinAction && { kind: 'pin', pinned: pinAction.pinned === true }),
  archive: (index, { archiveChatAction: action }) =>
    chat(index[1], action && { kind: 'archive', archived: action.archived === true }),
  mute: (index, { muteAction }) => chat(index[1], muteAction ? muteOf(muteAction) : undefined),
  markChatAsRead: (index, { markChatAsReadAction: action }) =>
    chat(index[1], action && { kind: 'unread', markedUnread: action.read === false }),
  deleteChat: (index, { timestamp }) => chat(index[1], { kind: 'delete', at: isoTime(Number(timestamp ?? 0)) }),
  star: (index, { starAction }) => message(index[1], index[2], { starred: starAction?.starred === true }),
  label_jid: (index, { labelAssociationAction: action }) =>
    chat(index[2], index[1] ? { kind: 'label', labelId: index[1], applied: action?.labeled === true } : undefined),
  label_message: (index, { labelAssociationAction: action }) =>
    message(index[2], index[3], { labelId: index[1] ?? '', applied: action?.labeled === true }),
  label_edit: (index, { labelEditAction: action }) => {
    const [, labelId] = index
    if (!labelId) return undefined
    const { name, color, deleted } = action ?? {}
    return { about: 'label', labelId, name: name ?? undefined, color: color ?? undefined, deleted: deleted === true }
  },
}

/** Reads an entry of app state; undefined when it is not about the chat list. Names and places as whatsmeow and Baileys have them. */
export const readListEntry = ({ index, syncAction }: ChatMutation): ListEntry | undefined => {
  const [kind = ''] = index
  return syncAction.value ? READERS[kind]?.(index, syncAction.value) : undefined
}
