import { KINDS, type Members } from './digigo-kinds.ts'
import type { MessageFacts } from './message-facts.ts'

const MEDIA_MEMBERS: Record<string, string> = {
  image: 'imageMessage',
  video: 'videoMessage',
  audio: 'audioMessage',
  document: 'documentMessage',
  sticker: 'stickerMessage',
}

/** The host that serves a file of which a message names only the path. */
const MEDIA_HOST = 'https://mmg.whatsapp.net'

/**
 * `Message` of a webhook: one member named as in WhatsApp's own message, which is what clients of this kind of gateway
 * read. `mediaUrl` is the absolute address of the media, absent when there is none.
 */
export const digigoMessage = (facts: MessageFacts, mediaUrl: string | undefined): Members => {
  const contextInfo = contextOf(facts)
  const mediaMember = MEDIA_MEMBERS[facts.kind]
  if (mediaMember && facts.media) {
    const name = facts.payload?.round ? 'ptvMessage' : mediaMember
    return { [name]: mediaFields(facts, mediaUrl, contextInfo) }
  }
  if (facts.kind === 'text') return textOf(facts, contextInfo)
  const message = KINDS[facts.kind]?.(facts, facts.payload ?? {}) ?? { ...facts.payload }
  const [name, ...others] = Object.keys(message)
  const part = name === undefined ? undefined : message[name]
  // Only a message that says something has a context; what changes another one names it by its key.
  if (!contextInfo || others.length > 0 || typeof part !== 'object' || name === 'protocolMessage') return message
  return { [name ?? '']: { ...(part as Members), contextInfo } }
}

type Link = { url?: string; title?: string; description?: string }

const textOf = (facts: MessageFacts, contextInfo: Members | undefined): Members => {
  const text = facts.text ?? ''
  const link = facts.payload?.link as Link | undefined
  if (!contextInfo && !link) return { conversation: text }
  const { url: matchedText, title, description } = link ?? {}
  return { extendedTextMessage: { text, matchedText, title, description, contextInfo } }
}

/** What a message says about others: whom it answers and mentions, and how long it stays. */
const contextOf = ({ quotedId, payload = {} }: MessageFacts): Members | undefined => {
  const info: Members = {
    stanzaID: quotedId,
    mentionedJID: payload.mentions,
    nonJIDMentions: payload.mentionsAll ? 1 : undefined,
    isForwarded: payload.forwarded,
    expiration: payload.expiresIn,
  }
  return Object.values(info).some((value) => value !== undefined) ? info : undefined
}

/** The fields of a file, with the names that DIGIGO's downloads take them by; without an origin at WhatsApp its address is ours. */
const mediaFields = (
  { media, text, payload }: MessageFacts,
  mediaUrl: string | undefined,
  contextInfo?: Members,
): Members => {
  const { url, directPath, mediaKey, fileSha256, fileEncSha256 } = media?.origin ?? {}
  return {
    URL: url ?? (directPath ? `${MEDIA_HOST}${directPath}` : mediaUrl),
    directPath,
    mediaKey,
    fileSHA256: fileSha256,
    fileEncSHA256: fileEncSha256,
    mimetype: media?.mimeType,
    caption: text,
    fileName: media?.fileName,
    fileLength: media?.sizeBytes,
    width: media?.width,
    height: media?.height,
    seconds: media?.seconds,
    PTT: payload?.voice,
    gifPlayback: payload?.gif,
    isAnimated: payload?.animated,
    viewOnce: payload?.viewOnce,
    contextInfo,
  }
}
