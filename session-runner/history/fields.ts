/** One field of a protobuf message: its number, its value (bytes of what has a length, else a number), and where it lies. */
export type Field = { number: number; value: Uint8Array | number; start: number; end: number }

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

/** What the phone sent is no history, or not all of it: there is no use in reading it again. */
export class Damaged extends Error {
  override readonly name = 'Damaged'
}

/** The bytes end inside a field. */
class Cut extends Error {
  override readonly name = 'Cut'
}

type Cursor = { bytes: Uint8Array; at: number }

const varint = (cursor: Cursor): number => {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = cursor.bytes[cursor.at]
    if (byte === undefined) throw new Cut()
    cursor.at += 1
    // By multiplication: 64-bit values would lose bits to the 32-bit operators.
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return value
    if (shift > 63) throw new Damaged('a number of the protobuf has no end')
  }
}

const take = (cursor: Cursor, length: number): Uint8Array => {
  if (cursor.at + length > cursor.bytes.length) throw new Cut()
  cursor.at += length
  return cursor.bytes.subarray(cursor.at - length, cursor.at)
}

const fieldAt = (bytes: Uint8Array, start: number): Field => {
  const cursor: Cursor = { bytes, at: start }
  const tag = varint(cursor)
  const number = Math.floor(tag / 8)
  const wire = tag % 8
  if (number === 0) throw new Damaged('the protobuf has a field without a number')
  const value = wire === VARINT ? varint(cursor) : take(cursor, lengthOf(wire, cursor))
  return { number, value, start, end: cursor.at }
}

const lengthOf = (wire: number, cursor: Cursor): number => {
  if (wire === LENGTH) return varint(cursor)
  if (wire === FIXED64) return 8
  if (wire === FIXED32) return 4
  throw new Damaged(`the protobuf has a field of wire type ${wire}`)
}

/** The fields of a protobuf message, one after another; nothing is copied. Throws for bytes that are none. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  for (let at = 0; at < bytes.length; ) {
    const field = fieldAt(bytes, at)
    yield field
    at = field.end
  }
}

/**
 * The fields of a protobuf message that arrives in pieces, each as soon as it is whole, so that no more than one of them is held.
 * Throws for bytes that are none, that end early, or hold a field of more than `limit` bytes.
 */
export async function* fieldsArriving(pieces: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Field> {
  let held: Buffer[] = []
  let size = 0
  let wanted = 0
  for await (const piece of pieces) {
    held.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength))
    size += piece.length
    // Joining the pieces for each of them would take quadratic time in a large field.
    if (size < wanted) continue
    const bytes = held.length === 1 && held[0] ? held[0] : Buffer.concat(held)
    let at = 0
    wanted = 0
    while (at < bytes.length) {
      const field = wholeAt(bytes, at)
      if (typeof field === 'number') {
        wanted = field
        break
      }
      yield field
      at = field.end
    }
    if (wanted > limit) throw new Damaged('a field of the protobuf is too large')
    held = at < bytes.length ? [bytes.subarray(at)] : []
    size = bytes.length - at
  }
  if (size > 0) throw new Damaged('the protobuf ends inside a field')
}

/** The field at that place, or how many bytes from there on it needs at least when it is not whole. */
const wholeAt = (bytes: Uint8Array, at: number): Field | number => {
  try {
    return fieldAt(bytes, at)
  } catch (error) {
    if (!(error instanceof Cut)) throw error
    return neededAt(bytes, at)
  }
}

const neededAt = (bytes: Uint8Array, start: number): number => {
  const cursor: Cursor = { bytes, at: start }
  try {
    const wire = varint(cursor) % 8
    if (wire === VARINT) return bytes.length - start + 1
    const length = lengthOf(wire, cursor)
    return cursor.at - start + length
  } catch (error) {
    if (!(error instanceof Cut)) throw error
    return bytes.length - start + 1
  }
}
