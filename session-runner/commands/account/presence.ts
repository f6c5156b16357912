import { fail } from '#kit/errors.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'

/** Shows the account as available or away. Throws `try_again` while its name is not known: WhatsApp takes no presence without one. */
export const accountPresence: CommandHandler<'account.presence'> = async (_services, session, { available }) => {
  const socket = await requireOnline(session)
  if (!socket.authState.creds.me?.name) {
    throw fail('try_again', { message: 'The phone has not told the name of the account yet. Try again.' })
  }
  await socket.sendPresenceUpdate(available ? 'available' : 'unavailable')
  return { available }
}
