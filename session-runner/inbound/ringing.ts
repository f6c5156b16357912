import type { WACallEvent } from '@whiskeysockets/baileys'
import { LRUCache } from 'lru-cache'
import { bareJid } from './stanza-facts.ts'

/** A call that rings: the caller without device part, the phone number's address where WhatsApp gives it, and who made it. */
type RingingCall = { from: string; callerPn?: string; creator: string }

/** WhatsApp lets a call ring for about a minute; what is still here after that has ended without a word. */
const RINGS_AT_MOST_MS = 2 * 60_000

/** States after which a call does not ring any more. */
const ENDED: ReadonlySet<string> = new Set(['accept', 'reject', 'timeout', 'terminate'])

/** Which calls ring at the devices of a task. */
export const makeRinging = () => {
  const calls = new LRUCache<string, RingingCall>({ max: 5_000, ttl: RINGS_AT_MOST_MS })
  const keyOf = (deviceId: string, callId: string): string => `${deviceId}\n${callId}`
  return {
    /** Notes what the client says about a call. */
    note: (deviceId: string, call: WACallEvent): void => {
      const key = keyOf(deviceId, call.id)
      if (ENDED.has(call.status)) calls.delete(key)
      if (call.status !== 'offer') return
      const callerPn = call.callerPn && bareJid(call.callerPn)
      calls.set(key, { from: bareJid(call.from), callerPn, creator: call.from })
    },
    find: (deviceId: string, callId: string): RingingCall | undefined => calls.get(keyOf(deviceId, callId)),
    ended: (deviceId: string, callId: string): void => {
      calls.delete(keyOf(deviceId, callId))
    },
  }
}

/** Calls that ring at the devices of a task. */
export type Ringing = ReturnType<typeof makeRinging>
