import type { proto } from '@whiskeysockets/baileys'
import { z } from 'zod'
import { type MediaKeyName, sealMedia } from './media-crypto.ts'
import type { World } from './world.ts'

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** The base64 of a file, without what a data URL has before it and without white space. */
function base64Of(text: string): string {
  return text.replace(/^data:[^,]*;base64,/, '').replace(/\s+/g, '')
}

const fileText = z
  .string()
  .refine((text) => BASE64.test(base64Of(text)), { error: 'is neither base64 nor a data URL with base64' })

/** A file to send from a phone: base64, or with what a message says about it. */
export const mediaInput = z.union([
  fileText,
  z.object({
    base64: fileText,
    mimetype: z.string().optional(),
    fileName: z.string().optional(),
    caption: z.string().optional(),
    seconds: z.number().optional(),
    ptt: z.boolean().optional(),
    viewOnce: z.boolean().optional(),
  }),
])

/** Kinds of files. */
export type MediaField = 'image' | 'video' | 'audio' | 'document' | 'sticker'

/** Where a message holds each kind of file, and the word in its key derivation. */
export const MEDIA: Record<MediaField, { keyName: MediaKeyName; field: keyof proto.IMessage; mimetype: string }> = {
  image: { keyName: 'Image', field: 'imageMessage', mimetype: 'image/jpeg' },
  video: { keyName: 'Video', field: 'videoMessage', mimetype: 'video/mp4' },
  audio: { keyName: 'Audio', field: 'audioMessage', mimetype: 'audio/ogg; codecs=opus' },
  document: { keyName: 'Document', field: 'documentMessage', mimetype: 'application/octet-stream' },
  sticker: { keyName: 'Image', field: 'stickerMessage', mimetype: 'image/webp' },
}

/** Uploads a file and builds the message that names it. */
export function composeMedia(world: World, kind: MediaField, input: z.infer<typeof mediaInput>): proto.IMessage {
  const given: Exclude<typeof input, string> = typeof input === 'string' ? { base64: input } : input
  const { base64, mimetype, fileName, caption, seconds, ptt, viewOnce } = given
  const plain = Buffer.from(base64Of(base64), 'base64')
  const { keyName, field, mimetype: usual } = MEDIA[kind]
  const sealed = sealMedia(plain, keyName)
  const directPath = world.media.put(sealed.file)
  const media = {
    url: `https://${world.mediaHost()}${directPath}`,
    directPath,
    mimetype: mimetype ?? usual,
    mediaKey: sealed.mediaKey,
    mediaKeyTimestamp: Math.floor(Date.now() / 1000),
    fileSha256: sealed.fileSha256,
    fileEncSha256: sealed.fileEncSha256,
    fileLength: plain.length,
    ...(caption === undefined ? {} : { caption }),
    ...(fileName === undefined ? {} : { fileName, title: fileName }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(ptt === undefined ? {} : { ptt }),
    ...(viewOnce ? { viewOnce } : {}),
  }
  // Phones put what may be seen once into an envelope of its own.
  return viewOnce ? { viewOnceMessageV2: { message: { [field]: media } } } : { [field]: media }
}
