import type { proto } from '@whiskeysockets/baileys'
import { z } from 'zod'
import { type ChatChange, writeChatChange } from './app-state.ts'
import { blankChatView, type ChatView, chatViews } from './chat-state.ts'
import { ControlError } from './control-error.ts'
import { lidJid, pnJid } from './jid.ts'
import type { Label, Phone } from './model.ts'
import { onPhone } from './phone.ts'
import { type Memories, remember } from './phone-memory.ts'
import { findChat, isGroup } from './phone-send.ts'
import type { World } from './world.ts'

/** Changes to a chat in the list of a phone; what is absent stays. */
export const chatChangeInput = z.object({
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  muted: z.boolean().optional(),
  /** Unix milliseconds; without it a mute has no end. */
  mutedUntil: z.number().int().optional(),
  unread: z.boolean().optional(),
  deleted: z.literal(true).optional(),
  star: z.object({ id: z.string(), starred: z.boolean() }).optional(),
  label: z.object({ id: z.string(), applied: z.boolean(), messageId: z.string().optional() }).optional(),
  /** How app state names a person's chat. */
  addressing: z.enum(['pn', 'lid']).optional(),
})

/** Changes as callers write them. */
export type ChatChangeInput = z.infer<typeof chatChangeInput>

/** A label to make or change; `deleted` takes it away. */
export const labelInput = z.object({
  id: z.string().min(1),
  name: z.string(),
  color: z.number().int().min(0),
  deleted: z.boolean().optional(),
})

function rangeOf(phone: Phone, chat: string): proto.SyncActionValue.ISyncActionMessageRange {
  const last = [...phone.messages.values()].findLast(({ view }) => view.chat === chat)
  if (!last) return { lastMessageTimestamp: Math.floor(Date.now() / 1000) }
  const { id, fromMe, timestamp } = last.view
  return {
    lastMessageTimestamp: timestamp,
    messages: [{ key: { remoteJid: last.chatJid, fromMe, id }, timestamp }],
  }
}

function listChanges(phone: Phone, chat: string, jid: string, input: ChatChangeInput): ChatChange[] {
  const { pinned, archived, muted, mutedUntil, unread, deleted } = input
  const changes: ChatChange[] = []
  const add = (type: ChatChange['type'], index: string[], value: proto.ISyncActionValue, apiVersion: number): void => {
    changes.push({ type, index, value, apiVersion })
  }
  const messageRange = rangeOf(phone, chat)
  if (archived !== undefined) add('regular_low', ['archive', jid], { archiveChatAction: { archived, messageRange } }, 3)
  const pin = pinned ?? (archived ? false : undefined)
  if (pin !== undefined) add('regular_low', ['pin_v1', jid], { pinAction: { pinned: pin } }, 5)
  if (muted !== undefined) {
    const action = { muted, ...(muted && { muteEndTimestamp: mutedUntil ?? -1 }) }
    add('regular_high', ['mute', jid], { muteAction: action }, 2)
  }
  if (unread !== undefined) {
    const action = { read: !unread, messageRange }
    add('regular_low', ['markChatAsRead', jid], { markChatAsReadAction: action }, 3)
  }
  if (deleted) add('regular_high', ['deleteChat', jid, '1'], { deleteChatAction: { messageRange } }, 6)
  return changes
}

function messageChanges(phone: Phone, jid: string, { star, label }: ChatChangeInput): ChatChange[] {
  const changes: ChatChange[] = []
  if (star) {
    const view = [...phone.messages.values()].find((stored) => stored.view.id === star.id)?.view
    if (!view) throw new ControlError(404, 'message_unknown', 'There is no message of that id.')
    const index = ['star', jid, star.id, view.fromMe ? '1' : '0', '0']
    changes.push({ type: 'regular_high', index, value: { starAction: { starred: star.starred } }, apiVersion: 2 })
  }
  if (label) {
    const index =
      label.messageId === undefined
        ? ['label_jid', label.id, jid]
        : ['label_message', label.id, jid, label.messageId, '0', '0']
    const value = { labelAssociationAction: { labeled: label.applied } }
    changes.push({ type: 'regular', index, value, apiVersion: 3 })
  }
  return changes
}

/** The chat list of a simulated phone, to act as the person who holds it; linked companions learn changes through app state. */
export class PhoneChats {
  private readonly world: World
  private readonly phone: Phone

  constructor(world: World, phone: Phone) {
    this.world = world
    this.phone = phone
  }

  /** All chats, also those that only have messages. */
  list(): ChatView[] {
    return chatViews(this.phone)
  }

  /** One chat, named by number, LID or group id. Throws a 404 for an unknown one. */
  get(chat: string): ChatView {
    const found = findChat(this.world, chat)
    const name = isGroup(found) ? found.id : found.phone
    return this.list().find((each) => each.chat === name) ?? blankChatView(name)
  }

  /** The person changes a chat. */
  async change(to: string, input: ChatChangeInput): Promise<ChatView> {
    const { world, phone } = this
    const found = findChat(world, to)
    const name = isGroup(found) ? found.id : found.phone
    const jid = isGroup(found) ? found.id : input.addressing === 'lid' ? lidJid(found.lid) : pnJid(found.phone)
    const changes = [...listChanges(phone, name, jid, input), ...messageChanges(phone, jid, input)]
    await onPhone(world, phone, async () => {
      for (const change of changes) await writeChatChange(world, phone, change)
    })
    return this.get(to)
  }

  /** Gives the phone messages of former times, which nobody is sent. Gives their ids. */
  remember(memories: Memories): string[] {
    return remember(this.world, this.phone, memories)
  }

  /** All labels. */
  labels(): Label[] {
    return [...this.phone.labels.values()]
  }

  /** The person makes, changes or deletes a label. */
  async changeLabel({ id, name, color, deleted = false }: Label & { deleted?: boolean }): Promise<Label[]> {
    const { world, phone } = this
    const value = { labelEditAction: { name, color, deleted } }
    const change: ChatChange = { type: 'regular', index: ['label_edit', id], value, apiVersion: 3 }
    await onPhone(world, phone, () => writeChatChange(world, phone, change))
    return this.labels()
  }
}
