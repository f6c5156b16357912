import type { Device } from '#domains/devices/model.ts'
import { applyToTarget } from '#domains/messages/apply.ts'
import type { Message } from '#domains/messages/model.ts'
import { completed } from '../inbound/answers.ts'
import { completeAddress, type InboundDevice } from '../inbound/attach.ts'
import { historyChatOf } from '../inbound/chats.ts'
import { bareJid } from '../inbound/stanza-facts.ts'
import { patiently } from '../inbound/store-message.ts'
import { type AddOn, asAbout } from './add-ons.ts'
import { aboutOf, type HistoryChat, toStored } from './message.ts'
import { addressesIn, type Conversation, opened } from './open-conversation.ts'
import type { Pace } from './pace.ts'
import type { Parts } from './parts.ts'
import { messagesIn } from './read-messages.ts'
import { newerOf, noteNewest, storeHistoric, withAbout } from './store.ts'

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
    write: async (chat: HistoryChat, message: Message, about: Message[], entries: number): Promise<void> => {
      writing.push(patiently(() => storeHistoric(ctx, message, about)))
      const { conversationId } = message
      const isFull = parts.add({ chat: chat.jid, name: chat.name, conversationId }, withAbout(message, about))
      if (isFull || writing.length >= AT_ONCE) await settle()
      if (isFull) await closed(entries)
    },
    /** Notes a message that may be the newest one. */
    seen: (message: Message): void => {
      newest = newerOf(newest, message)
    },
    end: async (): Promise<void> => {
      await settle()
      if (newest) await noteNewest(ctx, newest)
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
  const { ctx } = services
  const revoked: AddOn[] = []
  let conversationId: number | undefined
  for await (const read of messagesIn({ inbound, device, pace }, chat, messages)) {
    if ('revoked' in read) {
      revoked.push(read.revoked)
      continue
    }
    const { message, entries } = read
    const { facts, said } = message
    if (conversationId === undefined) {
      const name = chat.isGroup ? chat.name : ((facts.fromMe ? undefined : facts.senderName) ?? chat.name)
      const thread = await patiently(() => services.threads.resolve(ctx, place, facts.address, name))
      conversationId = thread.conversationId
    }
    const where = { conversationId, order: orderOf(facts.sentAtMs) }
    const content = { conversationId, content: said }
    const whole = await patiently(() => completed(ctx, device, facts, message.entry.info.message ?? {}, content))
    const stored = toStored(ctx, device, { ...message, said: whole }, where)
    writer.seen(stored)
    if (entries > done) await writer.write(chat, stored, aboutOf(message, stored), entries)
    await pace()
  }
  await writer.end()
  if (revoked.length > 0) await takeRevoked(taking, chat, revoked, conversationId)
}

/** Marks messages that are stored here and were deleted since; where there is no thread there are none. */
const takeRevoked = async (
  { inbound, device, pace }: Taking,
  chat: HistoryChat,
  revoked: readonly AddOn[],
  known: number | undefined,
): Promise<void> => {
  const { ctx, threads } = inbound.services
  const { tenantId, id: deviceId } = device
  const conversationId = known ?? (await threads.find(ctx, tenantId, deviceId, chat.jid))?.conversationId
  if (conversationId === undefined) return
  const of = { tenantId, deviceId, conversationId, chat: chat.jid, isGroup: chat.isGroup }
  for (const addOn of revoked) {
    await pace()
    await patiently(() => applyToTarget(ctx, asAbout(of, addOn)))
  }
}
