/** Who made a sticker, as WhatsApp shows it under the sticker. `emojis` are those it is found by. */
export type StickerPack = { id?: string; name?: string; publisher?: string; emojis?: string[] }

type Chunk = { name: string; data: Buffer }

const HEADER_BYTES = 12
const HAS_EXIF = 0x08
const HAS_ALPHA = 0x10

/** The chunks of a WebP file (RIFF container: name, 32-bit length, data, padded to an even length). */
const chunksOf = (webp: Buffer): Chunk[] => {
  const chunks: Chunk[] = []
  for (let at = HEADER_BYTES; at + 8 <= webp.length; ) {
    const length = webp.readUInt32LE(at + 4)
    chunks.push({ name: webp.toString('latin1', at, at + 4), data: webp.subarray(at + 8, at + 8 + length) })
    at += 8 + length + (length % 2)
  }
  return chunks
}

const joined = (chunks: Chunk[]): Buffer => {
  const parts = chunks.flatMap(({ name, data }) => {
    const head = Buffer.alloc(8)
    head.write(name, 'latin1')
    head.writeUInt32LE(data.length, 4)
    return [head, data, Buffer.alloc(data.length % 2)]
  })
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(4 + parts.reduce((sum, part) => sum + part.length, 0), 4)
  return Buffer.concat([head, ...parts])
}

/** The header that a file with anything beside its picture needs (WebP container specification, `VP8X`). */
const extendedHeader = (picture: Chunk | undefined, width: number, height: number): Chunk => {
  const data = Buffer.alloc(10)
  // A lossless picture says in bit 4 of its fifth byte whether it is transparent; a bare lossy one never is.
  const isTransparent = picture?.name === 'VP8L' && ((picture.data[4] ?? 0) & 0x10) !== 0
  data[0] = isTransparent ? HAS_ALPHA : 0
  data.writeUIntLE(width - 1, 4, 3)
  data.writeUIntLE(height - 1, 7, 3)
  return { name: 'VP8X', data }
}

/** The EXIF chunk of a WebP file, if it has one: WhatsApp keeps the sticker's pack there. */
export const exifOf = (webp: Buffer): Buffer | undefined => chunksOf(webp).find(({ name }) => name === 'EXIF')?.data

/**
 * A sticker's pack as EXIF: one entry of WhatsApp's own tag 0x5741 that holds JSON (as WhatsApp's clients write stickers of
 * their own; seen in many sticker tools).
 */
export const packExif = ({ id, name, publisher, emojis }: StickerPack): Buffer => {
  const facts = {
    ...(id !== undefined && { 'sticker-pack-id': id }),
    ...(name !== undefined && { 'sticker-pack-name': name }),
    ...(publisher !== undefined && { 'sticker-pack-publisher': publisher }),
    ...(emojis !== undefined && { emojis }),
  }
  const json = Buffer.from(JSON.stringify(facts))
  const head = Buffer.from('49492a00080000000100415707000000000016000000', 'hex')
  head.writeUInt32LE(json.length, 14)
  return Buffer.concat([head, json])
}

/** The same picture with this EXIF, instead of what it had. Sizes in pixels. */
export const withExif = (webp: Buffer, exif: Buffer, size: { width: number; height: number }): Buffer => {
  const chunks = chunksOf(webp).filter(({ name }) => name !== 'EXIF' && name !== 'XMP ')
  const isExtended = chunks[0]?.name === 'VP8X'
  const [head, ...rest] = isExtended ? chunks : [extendedHeader(chunks[0], size.width, size.height), ...chunks]
  const data = Buffer.from(head?.data ?? [])
  // 0x04 announces XMP, which is left out.
  data[0] = ((data[0] ?? 0) | HAS_EXIF) & ~0x04
  return joined([{ name: 'VP8X', data }, ...rest, { name: 'EXIF', data: exif }])
}
