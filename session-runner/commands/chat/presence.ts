import { makePresence, watchPresence } from '../../connection/presence.ts'
import { requireGroup } from '../../groups/require-group.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'

/** Shows the account as typing or recording in a chat, or as having stopped; a person it is shown to is watched from then on. */
export const chatPresence: CommandHandler<'chat.presence'> = async (services, session, { chat, state }) => {
  const socket = await requireOnline(session)
  await requireGroup(services, session, socket, chat)
  // WhatsApp shows typing of accounts that are available; this one usually is not, and will be away again soon after.
  if (session.device().settings.autoPresenceUnavailable && state !== 'paused') {
    makePresence(session.device, () => session.online()?.socket).available(socket)
  }
  await watchPresence(socket, chat)
  await socket.sendPresenceUpdate(state, chat)
  return { state }
}
