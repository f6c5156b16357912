import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { proto } from '@whiskeysockets/baileys'
import { type Dispatcher, request } from 'undici'
import { z } from 'zod'
import type { MessageContent, MessageContext } from '#domains/commands/model.ts'
import type { LiveSocket } from '../connection/socket.ts'
import { buildMessage } from './content.ts'
import type { ContentPorts } from './media-content.ts'

/** A post ready to be sent: its content, what kind of media that is, and the handle its upload got. */
export type Post = { message: proto.IMessage; mediaType?: string; handle?: string }

type MediaContent = Extract<MessageContent, { media: unknown }>

type Uploaded = { url: string; directPath: string; handle?: string; sha256: Buffer }

/** Whether a message goes to a channel. Channels know no encryption: posts and their files travel as they are. */
export const isPost = (to: string): boolean => to.endsWith('@newsletter')

const open = async ({ s3, bucket }: ContentPorts, key: string): Promise<Readable> => {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  if (!object.Body) throw new Error('the media object has no body')
  return object.Body as Readable
}

const sha256Of = async (body: Readable): Promise<Buffer> => {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk as Buffer)
  return hash.digest()
}

/** WhatsApp's names for kinds of media in the addresses of uploads. */
const UPLOAD_NAMES: Record<MediaContent['kind'], string> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  document: 'document',
  // Stickers travel as images everywhere else too.
  sticker: 'image',
}

const answered = z.object({ url: z.string(), direct_path: z.string(), handle: z.string().optional() })

/**
 * Uploads a file without encryption, as a stream; it is read twice, because the address names its hash. Address and handle are
 * those of whatsmeow's `UploadNewsletter`.
 */
const upload = async (
  ports: ContentPorts,
  dispatcher: Dispatcher | undefined,
  content: MediaContent,
): Promise<Uploaded> => {
  const { key, sizeBytes } = content.media
  const sha256 = await sha256Of(await open(ports, key))
  const { auth, hosts } = await ports.socket.refreshMediaConn(false)
  const host = hosts[0]?.hostname
  if (!host) throw new Error('WhatsApp named no media host')
  const token = sha256.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
  const query = new URLSearchParams({ auth, token }).toString()
  const answer = await request(
    `https://${host}/newsletter/newsletter-${UPLOAD_NAMES[content.kind]}/${token}?${query}`,
    {
      method: 'POST',
      dispatcher,
      headers: {
        origin: 'https://web.whatsapp.com',
        referer: 'https://web.whatsapp.com/',
        'content-length': `${sizeBytes}`,
      },
      body: await open(ports, key),
    },
  )
  if (answer.statusCode !== 200) {
    await answer.body.dump()
    throw new Error(`the media host answered ${answer.statusCode}`)
  }
  const { url, direct_path: directPath, handle } = answered.parse(await answer.body.json())
  return { url, directPath, handle, sha256 }
}

const bytesOf = (base64: string | undefined): Buffer | undefined =>
  base64 === undefined ? undefined : Buffer.from(base64, 'base64')

/** The part of the message for a file; a file of a channel has no key. Audio is a voice note there, as the document says. */
const mediaPart = (content: MediaContent, { url, directPath, sha256 }: Uploaded): Post => {
  const { media } = content
  const file = { url, directPath, mimetype: media.mimeType, fileSha256: sha256, fileLength: media.sizeBytes }
  const size = { width: media.width, height: media.height, jpegThumbnail: bytesOf(media.thumbnail) }
  switch (content.kind) {
    case 'image':
      return { message: { imageMessage: { ...file, ...size, caption: content.caption } }, mediaType: 'image' }
    case 'video':
      return {
        message: { videoMessage: { ...file, ...size, seconds: media.seconds, caption: content.caption } },
        mediaType: 'video',
      }
    case 'audio': {
      const sound = { ...file, ptt: true, seconds: media.seconds, waveform: bytesOf(media.waveform) }
      return { message: { audioMessage: sound }, mediaType: 'ptt' }
    }
    case 'sticker': {
      const { width, height, animated: isAnimated } = media
      return { message: { stickerMessage: { ...file, width, height, isAnimated } }, mediaType: 'sticker' }
    }
    case 'document': {
      const fileName = media.fileName ?? 'document'
      const document = { ...file, fileName, title: fileName, caption: content.caption }
      return { message: { documentMessage: document }, mediaType: 'document' }
    }
  }
}

/** Encodes a post; its file, if it has one, is uploaded on the way. */
export const buildPost = async (
  content: MessageContent,
  context: MessageContext,
  ports: ContentPorts,
  dispatcher: Dispatcher | undefined,
): Promise<Post> => {
  if ('media' in content) {
    const uploaded = await upload(ports, dispatcher, content)
    const { message, mediaType } = mediaPart(content, uploaded)
    return { message: proto.Message.create(message), mediaType, handle: uploaded.handle }
  }
  // A post needs no secret: nobody encrypts anything about it.
  const { messageContextInfo: _secret, ...message } = await buildMessage(content, context, ports)
  return { message: proto.Message.create(message) }
}

/** Sends a post. The client's own way leaves out the kind of media and the handle of its upload (form: whatsmeow's `sendNewsletter`). */
export const sendPost = (
  socket: LiveSocket,
  { to, messageId }: { to: string; messageId: string },
  { message, mediaType, handle }: Post,
): Promise<void> =>
  socket.sendNode({
    tag: 'message',
    attrs: { to, id: messageId, type: mediaType ? 'media' : 'text', ...(handle && { media_id: handle }) },
    content: [
      {
        tag: 'plaintext',
        attrs: mediaType ? { mediatype: mediaType } : {},
        content: proto.Message.encode(message).finish(),
      },
    ],
  })
