import type { proto } from '@whiskeysockets/baileys'
import type { NormalMessage } from './normalise.ts'

/** Kinds of media by the name WhatsApp's key derivation uses for them. */
type MediaType = 'image' | 'video' | 'audio' | 'document' | 'sticker'

/** Where a media file lies at WhatsApp and how it is opened. Times and sizes are plain numbers. */
export type MediaSource = {
  type: MediaType
  mediaKey?: Uint8Array
  directPath?: string
  url?: string
  fileSha256?: Uint8Array
  /** Hash of the file as it lies there. */
  fileEncSha256?: Uint8Array
  mimeType?: string
  fileName?: string
  sizeBytes?: number
  width?: number
  height?: number
  seconds?: number
}

type Fields = {
  mediaKey?: Uint8Array | null
  directPath?: string | null
  url?: string | null
  fileSha256?: Uint8Array | null
  fileEncSha256?: Uint8Array | null
  mimetype?: string | null
  fileLength?: unknown
  width?: number | null
  height?: number | null
  seconds?: number | null
}

const numberOf = (value: unknown): number | undefined =>
  value === null || value === undefined ? undefined : Number(value)

const source = (type: MediaType, fields: Fields, fileName?: string | null): MediaSource => ({
  type,
  mediaKey: fields.mediaKey ?? undefined,
  directPath: fields.directPath ?? undefined,
  url: fields.url ?? undefined,
  fileSha256: fields.fileSha256 ?? undefined,
  fileEncSha256: fields.fileEncSha256 ?? undefined,
  mimeType: fields.mimetype ?? undefined,
  fileName: fileName ?? undefined,
  sizeBytes: numberOf(fields.fileLength),
  width: fields.width ?? undefined,
  height: fields.height ?? undefined,
  seconds: fields.seconds ?? undefined,
})

const words = (text: string | null | undefined): string | undefined => text || undefined

/** The media of a message, or undefined when it has none. */
export const describeMedia = (message: proto.IMessage): NormalMessage | undefined => {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage } = message
  if (imageMessage) {
    return { kind: 'image', text: words(imageMessage.caption), media: source('image', imageMessage) }
  }
  const video = videoMessage ?? ptvMessage
  if (video) {
    const payload =
      video.gifPlayback || ptvMessage ? { gif: video.gifPlayback === true, round: !!ptvMessage } : undefined
    return { kind: 'video', text: words(video.caption), media: source('video', video), payload }
  }
  if (audioMessage) {
    return {
      kind: 'audio',
      media: source('audio', audioMessage),
      payload: audioMessage.ptt ? { voice: true } : undefined,
    }
  }
  if (documentMessage) {
    const name = documentMessage.fileName ?? documentMessage.title
    return { kind: 'document', text: words(documentMessage.caption), media: source('document', documentMessage, name) }
  }
  if (stickerMessage) {
    const payload = stickerMessage.isAnimated ? { animated: true } : undefined
    return { kind: 'sticker', media: source('sticker', stickerMessage), payload }
  }
  return undefined
}
