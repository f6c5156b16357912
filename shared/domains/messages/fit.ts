import type { Message } from './model.ts'

/**
 * Bytes of a message's facts beyond which they are left out, and of the whole beyond which its protobuf is. An item of the
 * table has at most 400 KB, and an event with these facts has to go through the bus and the queues, which take 256 KB.
 */
const FACTS_BYTES = 100_000
const ITEM_BYTES = 350_000

/** Characters that are kept of an overlong text; clients do not send longer ones. */
const TEXT_KEPT = 65_536

const LONG_NAME = 1_000

const bytesOf = (value: unknown): number => (value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value)))

/** Levels of an item that the table takes are 32; the facts stand at the second. */
const LEVELS = 24

/** Numbers of a stored item have 38 digits, and their type here only 15; what is none at all is left out. */
const storableNumber = (value: number): number | string | undefined => {
  if (!Number.isFinite(value)) return undefined
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return String(value)
  return Math.abs(value) < 1e-100 ? 0 : value
}

/** The facts without what the table refuses; a sender may write any number, and nest as deep as he likes. */
const storable = (value: unknown, level = 0): unknown => {
  if (typeof value === 'number') return storableNumber(value)
  if (typeof value !== 'object' || value === null) return value
  if (level > LEVELS) return undefined
  if (Array.isArray(value)) return value.map((one) => storable(one, level + 1) ?? null)
  const members = Object.entries(value).flatMap(([name, one]) =>
    name === '' ? [] : [[name, storable(one, level + 1)]],
  )
  return Object.fromEntries(members)
}

/**
 * The message as the table can hold it. Its sender decides how long it is, and one that cannot be stored would end the
 * connection, come again and end it again, for ever: what is too long is cut, and `payload.cut` says so.
 */
export const fitted = (message: Message): Message => {
  const text = message.text?.slice(0, TEXT_KEPT)
  const taken = storable(message.payload) as Message['payload']
  const facts = bytesOf(taken) > FACTS_BYTES ? undefined : taken
  const { media, senderName } = message
  const kept: Message = {
    ...message,
    text,
    payload: facts,
    senderName: senderName?.slice(0, LONG_NAME),
    media: media && {
      ...(storable(media) as NonNullable<Message['media']>),
      mimeType: media.mimeType?.slice(0, LONG_NAME),
      fileName: media.fileName?.slice(0, LONG_NAME),
    },
  }
  const isWhole = text === message.text && facts === taken
  const shown = isWhole ? kept : { ...kept, payload: { ...facts, cut: true } }
  const { proto, protoUntil, ...rest } = shown
  return (proto?.length ?? 0) + bytesOf(rest) > ITEM_BYTES ? rest : { ...rest, proto, protoUntil }
}
