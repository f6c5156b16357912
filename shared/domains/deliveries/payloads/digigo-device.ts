import type { EventRecord } from '#kit/define-event.ts'

type Facts = Record<string, unknown>

const NANOSECONDS = 1_000_000_000

/** How long a restriction holds, in nanoseconds, as whatsmeow's event has it; 0 where WhatsApp names no end. */
const expiryOf = ({ banSeconds, restrictedUntil }: Facts, at: string): number => {
  if (typeof banSeconds === 'number') return banSeconds * NANOSECONDS
  if (typeof restrictedUntil !== 'string') return 0
  return Math.max(0, Math.round((Date.parse(restrictedUntil) - Date.parse(at)) / 1000)) * NANOSECONDS
}

/** The words and numbers of a state as whatsmeow's event of that name has them. Elsewhere `Reason` is in words. */
const FIELDS: Readonly<Record<string, (data: Facts, at: string) => Facts>> = {
  'device.paired': ({ platform }) => ({ Platform: platform ?? '' }),
  'device.pair_failed': ({ reason }) => ({ Error: reason }),
  'device.connect_failed': ({ code, reason }) => ({ Reason: code, Message: reason }),
  'device.logged_out': ({ code, reason, onConnect }) => ({
    OnConnect: onConnect === true,
    Reason: code,
    Message: reason,
  }),
  'device.restricted': (data, at) => ({ Code: data.banCode ?? data.code, Expire: expiryOf(data, at) }),
}

/** `event` of a webhook about a device's connection: its addresses and state, and the fields of whatsmeow's event of that name. */
export const deviceEntry = ({ type, data, at }: EventRecord): Facts => ({
  ID: data.jid,
  LID: data.lid,
  State: data.state,
  Reason: data.reason,
  Code: data.code,
  Timestamp: at,
  ...FIELDS[type]?.(data, at),
})
