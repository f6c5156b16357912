/** A box of an MP4 file. */
export const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

/** A film with one track per codec; pictures are 640 by 360. */
export const film = (codecs: string[], options: { moovLast?: boolean } = {}): Buffer => {
  const header = Buffer.alloc(100)
  header.writeUInt32BE(1000, 12)
  header.writeUInt32BE(12_000, 16)
  const tracks = codecs.map((codec) => {
    const entry = Buffer.alloc(78)
    entry.writeUInt16BE(640, 24)
    entry.writeUInt16BE(360, 26)
    const stsd = box('stsd', Buffer.alloc(8), box(codec, entry))
    return box('trak', box('mdia', box('minf', box('stbl', stsd))))
  })
  const moov = box('moov', box('mvhd', header), ...tracks)
  const pictures = box('mdat', Buffer.alloc(5000, 7))
  const start = box('ftyp', Buffer.from('isom\0\0\0\0isomavc1', 'latin1'))
  return Buffer.concat(options.moovLast ? [start, pictures, moov] : [start, moov, pictures])
}
