import type { CommandHandler } from '../handler.ts'

/** Looks at the device item and does what it asks for: connect, disconnect, new settings. */
export const deviceReconcile: CommandHandler<'device.reconcile'> = async (_services, session) => {
  await session.reconcile()
  return { state: session.device().state }
}
