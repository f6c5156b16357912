import type { Handlers } from '../handler.ts'
import { callReject } from './reject.ts'

/** Handlers of work on calls. */
export const callHandlers: Handlers<'call'> = {
  'call.reject': callReject,
}
