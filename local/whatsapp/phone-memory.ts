import { proto } from '@whiskeysockets/baileys'
import { z } from 'zod'
import { ControlError } from './control-error.ts'
import { pnJid } from './jid.ts'
import { newMessageId } from './message-id.ts'
import type { Phone } from './model.ts'
import { storeMessage } from './phone-receive.ts'
import { findChat, isGroup } from './phone-send.ts'
import type { World } from './world.ts'

/** Messages of former times, as the control API takes them. */
export const memoriesInput = z.array(
  z.object({
    /** Phone number or group jid. */
    chat: z.string().min(1),
    /** Phone number of who wrote; the phone's own for its own messages. In a chat with a person the other one, unless given. */
    from: z.string().optional(),
    text: z.string(),
    /** Unix seconds. */
    timestamp: z.number().int().positive(),
    id: z.string().min(1).optional(),
  }),
)

/** Messages of former times. */
export type Memories = z.input<typeof memoriesInput>

/**
 * Gives a phone messages of former times, without anybody being sent anything: what history is made of. Gives their ids. Throws a
 * 404 for chats and authors that are not on this network.
 */
export function remember(world: World, phone: Phone, memories: Memories): string[] {
  return memories.map(({ chat: name, from, text, timestamp, id = newMessageId() }) => {
    const chat = findChat(world, name)
    const author = world.phones.get(from ?? (isGroup(chat) ? phone.phone : chat.phone))
    if (!author) throw new ControlError(404, 'author_unknown', 'The author is not on this network.')
    const fromMe = author === phone
    const chatName = isGroup(chat) ? chat.id : chat.phone
    storeMessage(world, phone, {
      view: {
        id,
        chat: chatName,
        from: author.phone,
        to: fromMe || isGroup(chat) ? chatName : phone.phone,
        ...(isGroup(chat) ? { participant: author.phone } : {}),
        fromDevice: 0,
        fromMe,
        kind: 'text',
        text,
        ...(fromMe ? {} : { pushName: author.name }),
        timestamp,
        status: fromMe ? 'read' : 'received',
        times: 1,
      },
      proto: proto.Message.encode({ conversation: text }).finish(),
      chatJid: isGroup(chat) ? chat.id : pnJid(chat.phone),
      retries: 0,
    })
    return id
  })
}
