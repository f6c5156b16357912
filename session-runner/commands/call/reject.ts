import { fail } from '#kit/errors.ts'
import type { CommandHandler } from '../handler.ts'
import { requireOnline } from '../online.ts'

/** Rejects a call that is ringing. Gives the caller's addresses. Throws `not_found` for any other call. */
export const callReject: CommandHandler<'call.reject'> = async (services, session, { callId, from }) => {
  const socket = await requireOnline(session)
  const call = services.ringing.find(session.id, callId)
  if (!call || (from !== call.from && from !== call.callerPn)) throw fail('not_found')
  // WhatsApp acknowledges a rejection of anything, so only a call that was offered here and has not ended is rejected.
  await socket.rejectCall(callId, call.creator)
  services.ringing.ended(session.id, callId)
  return { from: call.from, callerPn: call.callerPn }
}
