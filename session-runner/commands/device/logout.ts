import type { CommandHandler } from '../handler.ts'

/** Ends the login at WhatsApp, when there is one and it can be reached, and deletes it here. */
export const deviceLogout: CommandHandler<'device.logout'> = async (_services, session) => {
  await session.logout()
  return { state: session.device().state }
}
