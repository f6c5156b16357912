import { randomBytes } from 'node:crypto'
import type { Context } from '#kit/context.ts'
import { sha256 } from '#kit/crypto.ts'
import { fail } from '#kit/errors.ts'
import type { Panel } from '../commands/content/structured.ts'
import type { MessageContent } from '../commands/model.ts'
import type { MediaBucket } from '../media/bucket.ts'
import { readLinkPreview } from '../media/link-preview.ts'
import { type MediaInput, storeMedia } from '../media/store.ts'
import type { SendInput } from './send.ts'

/** A panel whose file is not in the media bucket yet. */
export type PanelToSend = Omit<Panel, 'header'> & { header?: { file: MediaInput; caption?: string } }

type Interactive = Extract<MessageContent, { kind: 'interactive' }>

type InteractiveToSend = Omit<Interactive, 'panel' | 'cards'> & { panel: PanelToSend; cards?: PanelToSend[] }

type FileToSend = {
  kind: 'media'
  file: MediaInput
  caption?: string
  viewOnce?: boolean
  /** Audio is a voice note; without it OGG is one. */
  voice?: boolean
  /** A video is a video note. */
  round?: boolean
}

/** A text with a preview of the page it links to, which is fetched before it is sent. */
type LinkToSend = { kind: 'link'; text: string; url: string }

/** What is to be said; the limits of texts and captions are the caller's to check. */
export type SendContent =
  | Exclude<MessageContent, { media: unknown } | { kind: 'interactive' }>
  | InteractiveToSend
  | FileToSend
  | LinkToSend

/** Bytes that messages about this one are encrypted with (votes, answers to an invitation). WhatsApp's own length. */
const SECRET_BYTES = 32

/** A file as the caller gave it, short enough to be compared. */
const digestible = ({ source, ...file }: MediaInput): unknown => [
  file,
  source.kind === 'bytes' ? sha256(source.bytes) : source,
]

const digestiblePanel = ({ header, ...panel }: PanelToSend): unknown => ({
  ...panel,
  header: header && { ...header, file: digestible(header.file) },
})

/** Everything that makes a message what it is, as the caller gave it: tells a repetition from another message. */
export const digestOf = ({ to, content, context }: SendInput): string => {
  const said =
    content.kind === 'media'
      ? { ...content, file: digestible(content.file) }
      : content.kind === 'interactive'
        ? { ...content, panel: digestiblePanel(content.panel), cards: content.cards?.map(digestiblePanel) }
        : content
  return sha256(JSON.stringify([to.jid, said, context]))
}

/**
 * What is to be said as commands carry it: files are brought into the media bucket, polls and events get their secret. Throws
 * the errors of `storeMedia`.
 */
export const contentOf = async (
  ctx: Context,
  media: () => MediaBucket,
  place: { tenantId: string; deviceId: string },
  content: SendContent,
): Promise<MessageContent> => {
  switch (content.kind) {
    case 'media':
      return fileContent(ctx, media(), place, content)
    case 'interactive':
      return interactiveContent(ctx, media, place, content)
    case 'link':
      return { kind: 'text', text: content.text, preview: await readLinkPreview(content.url) }
    case 'poll':
    case 'event':
      return { ...content, secret: randomBytes(SECRET_BYTES).toString('base64') }
    default:
      return content
  }
}

const fileContent = async (
  ctx: Context,
  bucket: MediaBucket,
  place: { tenantId: string; deviceId: string },
  { file, caption, viewOnce, voice, round }: FileToSend,
): Promise<MessageContent> => {
  const { kind, media } = await storeMedia(ctx, bucket, place, { ...file, voice })
  switch (kind) {
    case 'image':
      return { kind, media, caption, viewOnce }
    case 'video':
      return { kind, media, caption, viewOnce, round }
    case 'audio':
      // WhatsApp shows no words with audio, and what the caller wrote must not get lost.
      return caption ? { kind: 'document', media, caption } : { kind, media, voice, viewOnce }
    case 'sticker':
      return { kind, media }
    default:
      return { kind, media, caption }
  }
}

const interactiveContent = async (
  ctx: Context,
  media: () => MediaBucket,
  place: { tenantId: string; deviceId: string },
  { panel, cards, ...content }: InteractiveToSend,
): Promise<Interactive> => {
  const stored = async ({ header, ...rest }: PanelToSend): Promise<Panel> => {
    if (!header) return rest
    const { kind, media: file } = await storeMedia(ctx, media(), place, header.file)
    if (kind !== 'image' && kind !== 'video' && kind !== 'document') {
      throw fail('media_invalid', { message: 'Only images, videos and documents stand above buttons.' })
    }
    return { ...rest, header: { kind, media: file, caption: header.caption } }
  }
  const above = await stored(panel)
  // One after the other: ten files at once would be ten files in memory.
  const shown: Panel[] = []
  for (const card of cards ?? []) shown.push(await stored(card))
  return { ...content, panel: above, ...(cards && { cards: shown }) }
}
