/** What a stored protobuf shows of its file before that is read: a tiny picture, and how loud a voice note is. */
export type Preview = { picture: string; waveform: number[] }

/** Bytes of a picture that is worth its place in a list: WhatsApp's own have one to six thousand. */
const PICTURE_LIMIT = 12_000

/** Fields of a `Message` that hold another one (`FutureProofMessage`, `DeviceSentMessage`), and which field of those it is. */
const WRAPPERS: Readonly<Record<number, number>> = {
  31: 2,
  37: 1,
  40: 1,
  53: 1,
  55: 1,
  58: 1,
  59: 1,
  62: 1,
  74: 1,
  91: 1,
}

/** Fields of a `Message` that are a file: document, audio, image, video, sticker, round video. */
const AUDIO = 8
const FILES: Readonly<Record<number, { picture?: number; waveform?: number }>> = {
  3: { picture: 16 },
  7: { picture: 16 },
  [AUDIO]: { waveform: 19 },
  9: { picture: 16 },
  26: { picture: 16 },
  66: { picture: 16 },
}

const DEPTH = 6

/** A variable-length number and where it ends. Those of more than 32 bits are only stepped over. */
const varint = (bytes: Uint8Array, from: number): [value: number, next: number] => {
  let value = 0
  let at = from
  for (let shift = 0; at < bytes.length; shift += 7, at += 1) {
    const byte = bytes[at] ?? 0
    if (shift < 32) value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
  }
  return [value, at + 1]
}

/** The fields of a message that are bytes, by number. What is cut short ends it. */
function* fieldsOf(bytes: Uint8Array): Generator<[field: number, value: Uint8Array]> {
  let at = 0
  while (at < bytes.length) {
    const [tag, start] = varint(bytes, at)
    const type = tag % 8
    if (type === 2) {
      const [length, from] = varint(bytes, start)
      at = from + length
      if (at > bytes.length) return
      yield [Math.floor(tag / 8), bytes.subarray(from, at)]
    } else if (type === 0) at = varint(bytes, start)[1]
    else if (type === 1 || type === 5) at = start + (type === 1 ? 8 : 4)
    else return
  }
}

const fieldOf = (bytes: Uint8Array, wanted: number | undefined): Uint8Array | undefined => {
  for (const [field, value] of fieldsOf(bytes)) if (field === wanted) return value
  return undefined
}

const addressOf = (picture: Uint8Array | undefined): string => {
  if (!picture || picture.length === 0 || picture.length > PICTURE_LIMIT) return ''
  const base64 = Buffer.from(picture).toString('base64')
  if (picture[0] === 0xff && picture[1] === 0xd8) return `data:image/jpeg;base64,${base64}`
  return picture[0] === 0x89 && picture[1] === 0x50 ? `data:image/png;base64,${base64}` : ''
}

/**
 * The preview in a stored message's protobuf. It is read without the generated classes: two fields are wanted of a list of messages,
 * and those classes would be most of what the function loads.
 */
export const previewOf = (proto: Uint8Array | undefined, depth = 0): Preview => {
  for (const [field, value] of proto && depth < DEPTH ? fieldsOf(proto) : []) {
    const inner = WRAPPERS[field]
    if (inner !== undefined) return previewOf(fieldOf(value, inner), depth + 1)
    const file = FILES[field]
    if (!file) continue
    const waveform = [...(fieldOf(value, file.waveform) ?? [])].map((height) => Math.min(100, height))
    return { picture: addressOf(fieldOf(value, file.picture)), waveform: waveform.slice(0, 64) }
  }
  return { picture: '', waveform: [] }
}
