import type { CommandHandler } from '../handler.ts'

/** Closes the device's connection and opens it anew, as its settings are now. */
export const deviceReconnect: CommandHandler<'device.reconnect'> = async (_services, session) => {
  await session.reconnect()
  return { state: session.device().state }
}
