import type { BaileysEventMap, BinaryNode } from '@whiskeysockets/baileys'
import { LRUCache } from 'lru-cache'
import { type ChatChange, MUTED_FOR_EVER } from '#domains/chats/model.ts'
import {
  type ChangeOptions,
  type HistoryChat,
  mergeChat,
  recordChatChange,
  recordHistoryChat,
  recordLabel,
} from '#domains/chats/repo.ts'
import type { Device } from '#domains/devices/model.ts'
import type { Context } from '#kit/context.ts'
import { makeKeyedLock } from '../auth/keyed-lock.ts'

type Place = Pick<Device, 'id' | 'tenantId'>

/** A chat as the client's updates name it. */
type ChatUpdate = BaileysEventMap['chats.update'][number]
type ClientChat = BaileysEventMap['messaging-history.set']['chats'][number]

/** Numbers above this are milliseconds: as seconds they would be in the year 5138. */
const MILLISECONDS_FROM = 100_000_000_000

const toSeconds = (value: number): number => (value > MILLISECONDS_FROM ? Math.floor(value / 1000) : Math.floor(value))

const numberOf = (value: unknown): number => {
  const number = Number(value ?? 0)
  return Number.isFinite(number) ? number : 0
}

/** What the client says about a mute: null is none, no end (or -1, or 0) is for ever, else Unix milliseconds. */
const mutedUntilOf = (end: unknown): number => {
  if (end === null) return 0
  const ms = numberOf(end)
  return ms > 0 ? toSeconds(ms) : MUTED_FOR_EVER
}

/** The changes of the chat list in an update of the client; those that only follow from messages are none. */
export const changesIn = (update: ChatUpdate): ChatChange[] => {
  const changes: ChatChange[] = []
  if (update.pinned !== undefined) changes.push({ kind: 'pin', pinned: numberOf(update.pinned) > 0 })
  if (typeof update.archived === 'boolean') changes.push({ kind: 'archive', archived: update.archived })
  if (update.muteEndTime !== undefined) changes.push({ kind: 'mute', mutedUntil: mutedUntilOf(update.muteEndTime) })
  if (update.unreadCount === -1) changes.push({ kind: 'unread', markedUnread: true })
  if (update.unreadCount === 0) changes.push({ kind: 'unread', markedUnread: false })
  return changes
}

const CHAT_JID = /@(s\.whatsapp\.net|lid|g\.us)$/

/** A chat of history, under the JID it is kept by; undefined for what is no chat of the list. */
export const historyChatOf = (chat: ClientChat): HistoryChat | undefined => {
  const jid = chat.id?.endsWith('@g.us') ? chat.id : (chat.pnJid ?? chat.id)
  if (!jid || !CHAT_JID.test(jid)) return undefined
  const end = numberOf(chat.muteEndTime)
  return {
    jid,
    name: chat.name ?? undefined,
    pinned: numberOf(chat.pinned) > 0,
    archived: chat.archived === true,
    mutedUntil: end > 0 && end < Number.MAX_SAFE_INTEGER ? toSeconds(end) : 0,
    markedUnread: chat.markedAsUnread === true,
  }
}

/**
 * Writes the chat lists of the devices of a task. What this process has written last is remembered, since the client repeats
 * itself with every message. Everything but `inOrder` is to be called inside it.
 */
export const makeChatStore = (ctx: Context) => {
  const lock = makeKeyedLock()
  const written = new LRUCache<string, string>({ max: 20_000 })
  const placeOf = ({ id, tenantId }: Place) => ({ deviceId: id, tenantId })

  const forget = (prefix: string): void => {
    for (const key of [...written.keys()]) if (key.startsWith(prefix)) written.delete(key)
  }

  return {
    /** A connection begins: another task may have written meanwhile. */
    begin: (device: Place): void => forget(`${device.id}\n`),

    /** Does work on a device's chat list after everything that was begun before: changes keep the order they were made in. */
    inOrder: <T>(device: Place, work: () => Promise<T>): Promise<T> => lock.run(device.id, work),

    /** Writes a change of a chat; `jid` is the one the chat is kept by. */
    change: async (device: Place, jid: string, change: ChatChange, options: ChangeOptions): Promise<void> => {
      const chat = `${device.id}\n${jid}\n`
      const name = `${chat}${change.kind === 'label' ? change.labelId : change.kind}`
      const text = JSON.stringify(change)
      if (written.get(name) === text) return
      await recordChatChange(ctx, placeOf(device), jid, change, options)
      if (change.kind === 'delete') forget(chat)
      else written.set(name, text)
    },

    /** Writes a label. */
    label: (device: Place, label: Parameters<typeof recordLabel>[2], options: ChangeOptions): Promise<boolean> =>
      recordLabel(ctx, placeOf(device), label, options),

    /** Notes the chats of a chunk of history. */
    history: async (device: Place, chats: readonly HistoryChat[]): Promise<void> => {
      for (const chat of chats) await recordHistoryChat(ctx, placeOf(device), chat)
    },

    /** A LID and a phone number are the same person: one chat. */
    merge: async (device: Place, lid: string, pn: string): Promise<void> => {
      forget(`${device.id}\n${lid}\n`)
      forget(`${device.id}\n${pn}\n`)
      await mergeChat(ctx, placeOf(device), lid, pn)
    },
  }
}

/** Chat lists of the devices of a task. */
export type ChatStore = ReturnType<typeof makeChatStore>

/** What a receipt of an own device says it has read; undefined for any other receipt. */
export const readOnPhone = (
  { attrs }: Pick<BinaryNode, 'attrs'>,
  isSelf: (jid: string) => boolean,
): { chat: string } | undefined => {
  const { type, from, recipient, participant } = attrs
  if (!from || (type !== 'read' && type !== 'read-self')) return undefined
  if (isSelf(from)) return recipient ? { chat: recipient } : undefined
  // In a group the author is named; that nobody else learns of it shows that an own device was the reader.
  if (type === 'read-self' || (participant !== undefined && isSelf(participant))) return { chat: from }
  return undefined
}
