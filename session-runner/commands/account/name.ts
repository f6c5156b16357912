import { chatModificationToAppPatch } from '@whiskeysockets/baileys'
import { applyPatch } from '../app-state.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'

/**
 * Changes the name that others see. The client takes its own patch up by an event only (it is told not to emit own changes),
 * and with it tells WhatsApp by a presence, which goes to contacts.
 */
export const accountSetName: CommandHandler<'account.set-name'> = async (_services, session, { name }) => {
  const socket = await requireOnline(session)
  await applyPatch(socket, chatModificationToAppPatch({ pushNameSetting: name }, ''))
  const { me } = socket.authState.creds
  if (me) socket.ev.emit('creds.update', { me: { ...me, name } })
  return { name }
}
