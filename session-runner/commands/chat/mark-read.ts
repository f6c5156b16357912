import { markConversationRead } from '#domains/conversations/read.ts'
import { findThread } from '../../inbound/attach.ts'
import type { CommandHandler } from '../handler.ts'
import { requireConnection } from '../online.ts'

/** Tells the writer that messages were read, and counts the conversation's unread ones down. `sender` is the member who wrote, in a group. */
export const chatMarkRead: CommandHandler<'chat.mark-read'> = async (services, session, work) => {
  const { socket, auth } = await requireConnection(session)
  await socket.readMessages(
    work.messageIds.map((id) => ({ remoteJid: work.chat, id, participant: work.sender, fromMe: false })),
  )
  const thread = await findThread({ services, device: session.device, auth, socket: () => socket })(work.chat)
  if (thread) {
    const ref = { tenantId: session.device().tenantId, conversationId: thread.conversationId }
    await markConversationRead(services.ctx, ref, work.messageIds, 'api')
  }
  return { read: work.messageIds.length }
}
