import { randomBytes } from 'node:crypto'
import { monotonicFactory } from 'ulid'
import { sha256 } from './crypto.ts'

/** Prefix of each kind of id, so that an id in a log says what it is and none can be mistaken for another. */
const PREFIXES = {
  tenant: 'org',
  command: 'cmd',
  event: 'evt',
  episode: 'ep',
  apiKey: 'key',
  audit: 'aud',
  credential: 'cred',
  upload: 'upl',
  media: 'med',
  session: 'ses',
  mail: 'mail',
  task: 'task',
  request: 'req',
} as const

const pool = { bytes: Buffer.alloc(0), at: 0 }

/** A random number from 0 to 1, from the system's randomness fetched in blocks: asking for each digit of each id is dear. */
const random = (): number => {
  if (pool.at + 4 > pool.bytes.length) {
    pool.bytes = randomBytes(4096)
    pool.at = 0
  }
  const value = pool.bytes.readUInt32BE(pool.at)
  pool.at += 4
  return value / 2 ** 32
}

const nextUlid = monotonicFactory(random)

/** A new prefixed ulid such as `evt_01J…`; ids made in one process sort by time. */
export const newId = (kind: keyof typeof PREFIXES): string => `${PREFIXES[kind]}_${nextUlid()}`

/** 32 hexadecimal characters: the form the DIGIGO document shows for user ids; we use it as the device id. */
export const newDeviceId = (): string => randomBytes(16).toString('hex')

/** A WhatsApp message id as the web client makes them: `3EB0` and 18 upper-case hexadecimal digits (seen in Baileys). */
export const newWaMessageId = (): string => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`

/** The WhatsApp message id for one of several recipients of a request: the same one in every repetition of the request. */
export const waMessageIdFor = (reservedId: string, jid: string): string =>
  `3EB0${sha256(`${reservedId}\n${jid}`).slice(0, 18).toUpperCase()}`

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A random secret of `length` base62 characters (43 characters carry 256 bits). */
export const randomSecret = (length = 43): string => {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // Bytes beyond the largest multiple of 62 are thrown away so that every character is equally likely.
      if (byte < 248 && text.length < length) text += BASE62[byte % 62]
    }
  }
  return text
}
