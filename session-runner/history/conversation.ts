import type { Device } from '#domains/devices/model.ts'
import { noteOlderLast } from '#domains/history/record.ts'
import type { Message } from '#domains/messages/model.ts'
import { recordHistoric } from '#domains/messages/repo.ts'
import { completeAddress, type InboundDevice, selfOf } from '../inbound/attach.ts'
import { historyChatOf } from '../inbound/chats.ts'
import { bareJid } from '../inbound/stanza-facts.ts'
import { lastOf, patiently } from '../inbound/store-message.ts'
import {
  factsOf,
  type HistoryChat,
  type HistoryEntry,
  type HistoryMessage,
  participantOf,
  readEntry,
  readMessage,
  toStored,
} from './message.ts'
import { addressesIn, type Conversation, opened } from './open-conversation.ts'
import type { Pace } from './pace.ts'
import type { Parts } from './parts.ts'

/** Messages that are written side by side. */
const AT_ONCE = 4

/** What a conversation of a chunk is taken with. */
export type Taking = {
  inbound: InboundDevice
  device: Device
  parts: Parts
  pace: Pace
  /** Notes messages that are new to us. */
  stored: (count: number) => void
  /** A part of the announcement is full, and all that is in it stored: `entries` of the open conversation are done with. */
  closed: (entries: number) => Promise<void>
}

const chatOf = (conversation: Conversation, known: { pn?: string; lid?: string }): HistoryChat => {
  const jid = bareJid(conversation.id)
  const isPerson = /@(s\.whatsapp\.net|lid)$/.test(jid)
  const name = conversation.displayName || conversation.name || conversation.username || undefined
  return { jid, isGroup: !isPerson, person: isPerson ? known : {}, name }
}

/** Takes what a conversation says about its chat: who it is with, and how it stands in the list. */
const takeChat = async ({ inbound, device }: Taking, conversation: Conversation, chat: HistoryChat): Promise<void> => {
  const { services } = inbound
  const contact = { id: chat.jid, name: chat.name, lid: chat.person.lid, phoneNumber: chat.person.pn }
  if (!chat.isGroup) await services.contacts.save(device.id, device.tenantId, [contact])
  const listed = historyChatOf(conversation)
  if (listed) await services.chats.inOrder(device, () => services.chats.history(device, [listed]))
}

/**
 * Reads the messages one after another, each with the number of entries up to it; a broken one, or one that is none of a conversation,
 * is left out.
 */
async function* messagesIn(
  { inbound, device, pace }: Taking,
  chat: HistoryChat,
  raw: readonly Uint8Array[],
): AsyncGenerator<{ message: HistoryMessage; entries: number }> {
  const self = selfOf(inbound.auth)
  const complete = remembered(completeAddress(inbound.auth))
  for (const [at, bytes] of raw.entries()) {
    await pace()
    const entry = entryOf(bytes)
    if (!entry) continue
    const participant = chat.isGroup ? participantOf(entry.info) : undefined
    const writer = participant ? await complete(participant) : {}
    const facts = factsOf(entry, chat, self, writer)
    const message = facts && readMessage(device, entry, facts)
    if (message) yield { message, entries: at + 1 }
  }
}

const entryOf = (bytes: Uint8Array): HistoryEntry | undefined => {
  try {
    return readEntry(bytes)
  } catch {
    return undefined
  }
}

/** Both addresses of people, each looked up once: a group has few writers and many messages. */
const remembered = (complete: ReturnType<typeof completeAddress>) => {
  const known = new Map<string, { pn?: string; lid?: string }>()
  return async (jid: string): Promise<{ pn?: string; lid?: string }> => {
    const found = known.get(jid) ?? (await complete(jid.endsWith('@lid') ? { lid: jid } : { pn: jid }))
    known.set(jid, found)
    return found
  }
}

/** Stores the messages, a few side by side, and closes a part of the announcement when all that is in it is stored. */
const makeWriter = ({ inbound, parts, stored, closed }: Taking) => {
  const { ctx } = inbound.services
  let writing: Promise<boolean>[] = []
  let newest: Message | undefined

  const settle = async (): Promise<void> => {
    const written = await Promise.all(writing)
    writing = []
    stored(written.filter(Boolean).length)
  }

  return {
    write: async (chat: HistoryChat, message: Message, entries: number): Promise<void> => {
      writing.push(patiently(() => recordHistoric(ctx, message)))
      const { conversationId } = message
      const isFull = parts.add({ chat: chat.jid, name: chat.name, conversationId }, message)
      if (isFull || writing.length >= AT_ONCE) await settle()
      if (isFull) await closed(entries)
    },
    /** Notes a message that may be the newest one. */
    seen: (message: Message): void => {
      if (!newest || message.at > newest.at) newest = message
    },
    end: async (): Promise<void> => {
      await settle()
      if (newest) await noteOlderLast(ctx, newest.tenantId, newest.conversationId, lastOf(newest))
    },
  }
}

/** Numbers the messages of a second, which come newest first. */
const makeOrder = () => {
  let second = 0
  let order = 0
  return (sentAtMs: number): number => {
    order = sentAtMs === second ? order + 1 : 0
    second = sentAtMs
    return order
  }
}

/**
 * Takes a conversation of the history: its chat, and its messages with their thread, but for the first `done` entries, which were
 * taken before. Messages that are stored already stay as they are.
 */
export const takeConversation = async (taking: Taking, bytes: Uint8Array, done: number): Promise<void> => {
  const { inbound, device, pace } = taking
  const { conversation, messages } = opened(bytes)
  if (!conversation) return
  const { services, auth } = inbound
  const chat = chatOf(conversation, await completeAddress(auth)(addressesIn(conversation)))
  await takeChat(taking, conversation, chat)
  const place = { tenantId: device.tenantId, deviceId: device.id }
  const writer = makeWriter(taking)
  const orderOf = makeOrder()
  let conversationId: number | undefined
  for await (const { message, entries } of messagesIn(taking, chat, messages)) {
    const { facts } = message
    if (conversationId === undefined) {
      const name = chat.isGroup ? chat.name : ((facts.fromMe ? undefined : facts.senderName) ?? chat.name)
      const thread = await patiently(() => services.threads.resolve(services.ctx, place, facts.address, name))
      conversationId = thread.conversationId
    }
    const order = orderOf(facts.sentAtMs)
    const stored = toStored(services.ctx, device, message, { conversationId, order })
    writer.seen(stored)
    if (entries > done) await writer.write(chat, stored, entries)
    await pace()
  }
  await writer.end()
}
