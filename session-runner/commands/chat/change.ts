import { type ChatModification, chatModificationToAppPatch, type WAPatchCreate } from '@whiskeysockets/baileys'
import type { ChatChange } from '#domains/chats/model.ts'
import { keptJid } from '../../inbound/chat-intake.ts'
import type { RunnerServices } from '../../services.ts'
import { applyPatch } from '../app-state.ts'
import type { CommandHandler, QueryType } from '../handler.ts'
import { requireConnection } from '../online.ts'

type Session = Parameters<CommandHandler<QueryType>>[1]

/** The patch of a change in words of the client. */
export const patchOf = (modification: ChatModification, chat: string): WAPatchCreate =>
  chatModificationToAppPatch(modification, chat)

/**
 * Changes the chat list: at WhatsApp by patches of app state, then in our store, so that whoever reads it after the answer finds
 * the change. The chat is named in app state as the caller named it.
 */
export const changeChat = async (
  services: RunnerServices,
  session: Session,
  chat: string,
  patches: readonly WAPatchCreate[],
  changes: readonly ChatChange[],
): Promise<void> => {
  const { socket, auth } = await requireConnection(session)
  for (const patch of patches) await applyPatch(socket, patch)
  await services.chats.inOrder(session.device(), async () => {
    const jid = await keptJid(auth, chat)
    for (const change of changes) await services.chats.change(session.device(), jid, change, { source: 'api' })
  })
}
