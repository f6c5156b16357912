import type { CommandHandler } from '../handler.ts'

/** Gives the eight-character code (`XXXX-XXXX`) that links the device when it is typed on the phone. */
export const devicePairCode: CommandHandler<'device.pair-code'> = async (_services, session, work) => ({
  code: await session.pairing.code(work.phone.replace(/\D/g, '')),
})
