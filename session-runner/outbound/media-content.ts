import type { Readable } from 'node:stream'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { type AnyMediaMessageContent, prepareWAMessageMedia, type proto } from '@whiskeysockets/baileys'
import type { MessageContent } from '#domains/commands/model.ts'
import type { LiveSocket } from '../connection/socket.ts'

/** Where the bytes of media come from and go to. */
export type ContentPorts = { s3: S3Client; bucket: string; socket: LiveSocket }

/** Content with a file. */
type MediaContent = Extract<MessageContent, { media: unknown }>

/** Whether audio is a voice note: as it was said, else OGG is one. */
const isVoice = ({ voice, media }: Extract<MediaContent, { kind: 'audio' }>): boolean =>
  voice ?? media.mimeType.includes('ogg')

const bytesOf = (base64: string | undefined): Buffer | undefined =>
  base64 === undefined ? undefined : Buffer.from(base64, 'base64')

/**
 * Media as the client takes it. It gets every fact, so that it neither keeps a copy of the file to measure it nor makes a
 * preview of its own; null says that there is none.
 */
const clientContent = (content: MediaContent, stream: Readable): AnyMediaMessageContent => {
  const { media } = content
  const caption = 'caption' in content ? content.caption : undefined
  const viewOnce = ('viewOnce' in content && content.viewOnce) || undefined
  const size = { width: media.width, height: media.height }
  const jpegThumbnail = media.thumbnail ?? (null as unknown as string)
  const common = { mimetype: media.mimeType, viewOnce }
  switch (content.kind) {
    case 'image':
      return { image: { stream }, caption, jpegThumbnail, ...size, ...common }
    case 'video': {
      const film = { video: { stream }, caption, jpegThumbnail, seconds: media.seconds, ...size }
      return { ...film, ptv: content.round, ...common }
    }
    case 'audio': {
      const waveform = bytesOf(media.waveform) ?? (null as unknown as Uint8Array)
      const seconds = media.seconds ?? (null as unknown as number)
      return { audio: { stream }, ptt: isVoice(content), seconds, waveform, ...common } as AnyMediaMessageContent
    }
    case 'sticker': {
      const sticker = { sticker: { stream }, isAnimated: media.animated ?? false, ...size, mimetype: media.mimeType }
      return { ...sticker, pngThumbnail: bytesOf(media.thumbnail) } as AnyMediaMessageContent
    }
    case 'document':
      return { document: { stream }, caption, mimetype: media.mimeType, fileName: media.fileName ?? 'file' }
  }
}

/**
 * Encrypts and uploads the file of a message, as a stream, and gives the message about it. It is what stands above buttons
 * too: the part of the message that has the file's kind.
 */
export const mediaMessage = async (content: MediaContent, ports: ContentPorts): Promise<proto.IMessage> => {
  const object = await ports.s3.send(new GetObjectCommand({ Bucket: ports.bucket, Key: content.media.key }))
  if (!object.Body) throw new Error('the media object has no body')
  return prepareWAMessageMedia(clientContent(content, object.Body as Readable), {
    upload: ports.socket.waUploadToServer,
  })
}

/**
 * The envelope of a message that can be opened once only: WhatsApp's clients put pictures and films into one, sound into a
 * newer one. Others stay as they are.
 */
export const inEnvelope = (content: MessageContent, message: proto.IMessage): proto.IMessage => {
  if (!('viewOnce' in content && content.viewOnce)) return message
  return content.kind === 'audio' ? { viewOnceMessageV2Extension: { message } } : { viewOnceMessage: { message } }
}
