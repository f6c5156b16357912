import type { Context } from '#kit/context.ts'
import { type Conversation, conversationKey } from '../conversations/model.ts'
import type { Threads } from '../conversations/threads.ts'
import type { Chat } from './model.ts'
import type { ChatPlace } from './repo.ts'

/** All chats of a device that are on its list, as they were last synchronised; pinned ones first, then by JID. */
export const listChats = async (ctx: Context, threads: Threads, place: ChatPlace): Promise<Chat[]> => {
  const found: Chat[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<Chat>({ pk: `D#${place.deviceId}`, prefix: 'CH#', startKey })
    found.push(...page.items)
    startKey = page.next
  } while (startKey)
  const shown = await Promise.all(
    found.map(async (chat) => chat.deletedAt === undefined || (await cameBack(ctx, threads, place, chat))),
  )
  return found
    .filter((_, at) => shown[at])
    .sort((left, right) => Number(right.pinned) - Number(left.pinned) || left.jid.localeCompare(right.jid))
}

/** Whether a message came after the chat was deleted: then WhatsApp shows the chat again. */
const cameBack = async (ctx: Context, threads: Threads, place: ChatPlace, chat: Chat): Promise<boolean> => {
  const thread = await threads.find(ctx, place.tenantId, place.deviceId, chat.jid)
  if (!thread) return false
  const key = conversationKey(place.tenantId, thread.conversationId)
  const conversation = await ctx.main.get<Pick<Conversation, 'lastMessageAt'>>(key, { fields: ['lastMessageAt'] })
  return (conversation?.lastMessageAt ?? '') > (chat.deletedAt ?? '')
}

/** Whether a mute is in force. */
export const isMuted = ({ mutedUntil }: Pick<Chat, 'mutedUntil'>, nowMs: number): boolean =>
  mutedUntil < 0 || mutedUntil * 1000 > nowMs
