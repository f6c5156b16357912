import { proto, type WAPatchCreate } from '@whiskeysockets/baileys'
import { recordStar } from '#domains/chats/repo.ts'
import type { WorkOf } from '#domains/commands/model.ts'
import { applyPatch } from '../app-state.ts'
import type { CommandHandler } from '../handler.ts'
import { requireConnection } from '../online.ts'

/**
 * The entry of a star. The client's own (`star` in its `chatModificationToAppPatch`) leaves out who wrote, which names a message
 * in a group, and puts it into another collection than whatsmeow's `BuildStar`, which follows the official client.
 */
const starPatch = ({ chat, messageId, fromMe, participant, starred }: WorkOf<'chat.star'>): WAPatchCreate => ({
  type: 'regular_high',
  index: ['star', chat, messageId, fromMe ? '1' : '0', !fromMe && chat.endsWith('@g.us') ? (participant ?? '0') : '0'],
  syncAction: { starAction: { starred }, timestamp: Date.now() },
  apiVersion: 2,
  operation: proto.SyncdMutation.SyncdOperation.SET,
})

/** Stars a message, or takes its star away. */
export const chatStar: CommandHandler<'chat.star'> = async (services, session, work) => {
  const { socket } = await requireConnection(session)
  await applyPatch(socket, starPatch(work))
  const { tenantId } = session.device()
  const { conversationId, messageId, starred } = work
  await services.chats.inOrder(session.device(), () =>
    recordStar(services.ctx, { tenantId, conversationId, messageId }, starred, { source: 'api' }),
  )
  return { starred }
}
