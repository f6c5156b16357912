import type { proto } from '@whiskeysockets/baileys'

/** Media of a message, without its bytes. */
export interface MediaFacts {
  mimetype: string
  size: number
  /** SHA-256 of the plaintext file, hex. */
  sha256: string
  fileName?: string
  seconds?: number
  width?: number
  height?: number
  /** Small preview inside the message: JPEG, of a sticker PNG; base64. */
  thumbnail?: string
  /** Loudness of a voice note, base64. */
  waveform?: string
  /** A voice note. */
  ptt?: true
  /** A video note. */
  round?: true
  animated?: true
  /** Packed so that it can be opened once only. */
  viewOnce?: true
}

/** The page that a text shows a preview of. */
export interface LinkView {
  url: string
  title: string
  description?: string
  thumbnail?: string
}

/** The fields of media messages that are shown, whichever of them a kind has. */
interface MediaLike {
  mimetype?: string | null
  fileLength?: unknown
  fileSha256?: Uint8Array | null
  fileName?: string | null
  seconds?: number | null
  width?: number | null
  height?: number | null
  jpegThumbnail?: Uint8Array | null
  pngThumbnail?: Uint8Array | null
  waveform?: Uint8Array | null
  ptt?: boolean | null
  isAnimated?: boolean | null
}

const base64 = (bytes: Uint8Array | null | undefined): string | undefined =>
  bytes && bytes.length > 0 ? Buffer.from(bytes).toString('base64') : undefined

/** Leaves out what is not there. */
const present = <Facts extends object>(facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts

/** What a message says of its file. `outer` is the message with its envelopes. */
export const mediaFacts = (media: MediaLike, field: string, outer: proto.IMessage): MediaFacts =>
  present({
    mimetype: media.mimetype ?? 'application/octet-stream',
    size: Number(media.fileLength ?? 0),
    sha256: Buffer.from(media.fileSha256 ?? []).toString('hex'),
    fileName: media.fileName || undefined,
    seconds: media.seconds || undefined,
    width: media.width || undefined,
    height: media.height || undefined,
    thumbnail: base64(media.jpegThumbnail ?? media.pngThumbnail),
    waveform: base64(media.waveform),
    ptt: media.ptt ? true : undefined,
    round: field === 'ptvMessage' ? true : undefined,
    animated: media.isAnimated ? true : undefined,
    viewOnce: outer.viewOnceMessage || outer.viewOnceMessageV2 || outer.viewOnceMessageV2Extension ? true : undefined,
  })

/** The preview that stands with the words of a text. */
export const linkOf = (text: proto.Message.IExtendedTextMessage | null | undefined): LinkView | undefined =>
  text?.matchedText
    ? present({
        url: text.matchedText,
        title: text.title ?? '',
        description: text.description ?? undefined,
        thumbnail: base64(text.jpegThumbnail),
      })
    : undefined
