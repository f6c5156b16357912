import { recordMessageLabel } from '#domains/chats/repo.ts'
import { applyPatch } from '../app-state.ts'
import { changeChat, patchOf } from '../chat/change.ts'
import type { CommandHandler } from '../handler.ts'
import { requireConnection } from '../online.ts'

/** Makes, changes or deletes a label. */
export const labelEdit: CommandHandler<'label.edit'> = async (services, session, { labelId, name, color, deleted }) => {
  const { socket } = await requireConnection(session)
  await applyPatch(socket, patchOf({ addLabel: { id: labelId, name, color, deleted } }, ''))
  await services.chats.inOrder(session.device(), () =>
    services.chats.label(session.device(), { labelId, name, color, deleted }, { source: 'api' }),
  )
  return { labelId }
}

/** Puts a label on a chat, or takes it off. */
export const labelChat: CommandHandler<'label.chat'> = async (services, session, { chat, labelId, applied }) => {
  const patch = patchOf(applied ? { addChatLabel: { labelId } } : { removeChatLabel: { labelId } }, chat)
  await changeChat(services, session, chat, [patch], [{ kind: 'label', labelId, applied }])
  return { applied }
}

/** Puts a label on a message, or takes it off. */
export const labelMessage: CommandHandler<'label.message'> = async (services, session, work) => {
  const { chat, conversationId, messageId, labelId, applied } = work
  const { socket } = await requireConnection(session)
  const label = { labelId, messageId }
  await applyPatch(socket, patchOf(applied ? { addMessageLabel: label } : { removeMessageLabel: label }, chat))
  const ref = { tenantId: session.device().tenantId, conversationId, messageId }
  await services.chats.inOrder(session.device(), () =>
    recordMessageLabel(services.ctx, ref, { labelId, applied }, { source: 'api' }),
  )
  return { applied }
}
