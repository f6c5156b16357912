/** Reads a part of a file; less at its end. */
export type ReadRange = (from: number, length: number) => Promise<Buffer>

/** What an MP4 or 3GP file says about itself. Codecs are four-character codes, as `avc1` for H.264 and `mp4a` for AAC. */
export type Mp4Facts = { codecs: string[]; width?: number; height?: number; seconds?: number }

/** `turned`: the track that is being read is shown a quarter turned, as phones record upright films. */
type Reading = Mp4Facts & { turned: boolean }

type Box = { type: string; from: number; to: number }

const HEADER_BYTES = 16
/** The description of a film without its pictures and sound; one that is longer is none that a phone would make. */
const LONGEST_DESCRIPTION = 16 * 1024 * 1024
const MOST_BOXES = 1000
/** Boxes on the way from `moov` to the descriptions of the samples. */
const WAY = new Set(['trak', 'mdia', 'minf', 'stbl'])

/** The box that begins at `at`; sizes as ISO/IEC 14496-12 has them: 32 bits, 64 bits after a 1, or up to the end after a 0. */
const boxAt = (bytes: Buffer, at: number, offset: number, end: number): Box | undefined => {
  if (at + 8 > bytes.length) return undefined
  const short = bytes.readUInt32BE(at)
  const isLong = short === 1 && at + HEADER_BYTES <= bytes.length
  const size = short === 0 ? end - offset : isLong ? Number(bytes.readBigUInt64BE(at + 8)) : short
  const header = isLong ? HEADER_BYTES : 8
  if (size < header || offset + size > end) return undefined
  return { type: bytes.toString('latin1', at + 4, at + 8), from: offset + header, to: offset + size }
}

const boxesIn = (bytes: Buffer, from: number, to: number): Box[] => {
  const found: Box[] = []
  for (let at = from; at < to && found.length < MOST_BOXES; ) {
    const box = boxAt(bytes, at, at, to)
    if (!box) break
    found.push(box)
    at = box.to
  }
  return found
}

const secondsOf = (bytes: Buffer, { from, to }: Box): number | undefined => {
  if (to - from < 32) return undefined
  const isLong = bytes[from] === 1
  const scale = bytes.readUInt32BE(from + (isLong ? 20 : 12))
  const length = isLong ? Number(bytes.readBigUInt64BE(from + 24)) : bytes.readUInt32BE(from + 16)
  // A film that is written in fragments says nothing here.
  return scale > 0 && length > 0 ? Math.max(1, Math.round(length / scale)) : undefined
}

/** Whether the matrix of a track's header exchanges width and height: its first member is 0 then, its second is not. */
const isTurned = (bytes: Buffer, { from, to }: Box): boolean => {
  const matrix = from + (bytes[from] === 1 ? 52 : 40)
  return matrix + 8 <= to && bytes.readInt32BE(matrix) === 0 && bytes.readInt32BE(matrix + 4) !== 0
}

/** Entries of one track: pictures have their size at a fixed place. */
const readEntries = (bytes: Buffer, { from, to }: Box, facts: Reading): void => {
  for (const entry of boxesIn(bytes, from + 8, to)) {
    facts.codecs.push(entry.type)
    const isPicture = /^(avc\d|hvc1|hev1|mp4v|s263|vp0[89]|av01)$/.test(entry.type) && entry.from + 28 <= entry.to
    if (!isPicture || facts.width !== undefined) continue
    facts.width = bytes.readUInt16BE(entry.from + (facts.turned ? 26 : 24))
    facts.height = bytes.readUInt16BE(entry.from + (facts.turned ? 24 : 26))
  }
}

const walk = (bytes: Buffer, from: number, to: number, facts: Reading): void => {
  for (const box of boxesIn(bytes, from, to)) {
    if (box.type === 'mvhd') facts.seconds = secondsOf(bytes, box)
    if (box.type === 'tkhd') facts.turned = isTurned(bytes, box)
    if (box.type === 'stsd' && box.to - box.from > 8) readEntries(bytes, box, facts)
    if (WAY.has(box.type)) walk(bytes, box.from, box.to, facts)
  }
}

/** Reads a file's description wherever in the file it lies, without its pictures and sound. Undefined when there is none. */
export const readMp4 = async (read: ReadRange, sizeBytes: number): Promise<Mp4Facts | undefined> => {
  let at = 0
  for (let count = 0; at < sizeBytes && count < MOST_BOXES; count += 1) {
    const box = boxAt(await read(at, HEADER_BYTES), 0, at, sizeBytes)
    if (!box) return undefined
    if (box.type === 'moov') {
      if (box.to - box.from > LONGEST_DESCRIPTION) return undefined
      const bytes = await read(box.from, box.to - box.from)
      const reading: Reading = { codecs: [], turned: false }
      walk(bytes, 0, bytes.length, reading)
      const { turned: _, ...facts } = reading
      return facts
    }
    at = box.to
  }
  return undefined
}
