import type { MessageContent } from '../commands/model.ts'
import type { Message } from './model.ts'
import { structuredFacts } from './structured-facts.ts'

const payloadOf = (content: MessageContent): Record<string, unknown> | undefined => {
  if (content.kind === 'reaction') {
    const { target, emoji } = content
    return { targetId: target.messageId, targetFromMe: target.fromMe, emoji, removed: emoji === '' }
  }
  if (content.kind === 'revoke') return { targetId: content.target.messageId, targetFromMe: content.target.fromMe }
  if (content.kind === 'invite') {
    const { newsletterJid, newsletterName, expiresAt } = content
    return { newsletterJid, newsletterName, expiresAt }
  }
  if (content.kind === 'order') return { orderId: content.orderId, items: content.itemCount, title: content.title }
  return undefined
}

const textOf = (content: MessageContent): string | undefined => {
  if (content.kind === 'text' || content.kind === 'order') return content.text
  if (content.kind === 'reaction') return content.emoji
  return 'caption' in content ? content.caption : undefined
}

/** What a stored message says of an outbound content, the same as of an inbound one. */
export const contentFacts = (content: MessageContent): Pick<Message, 'text' | 'media' | 'payload'> => {
  const media = 'media' in content ? content.media : undefined
  return {
    text: textOf(content),
    media: media && {
      state: 'ready',
      mimeType: media.mimeType,
      fileName: media.fileName,
      sizeBytes: media.sizeBytes,
      width: media.width,
      height: media.height,
      seconds: media.seconds,
      key: media.key,
    },
    payload: payloadOf(content),
    ...structuredFacts(content),
  }
}
