import type { EventRecord } from '#kit/define-event.ts'
import { phoneOf } from '../../devices/model.ts'
import { eventIdOf, identityUserId, serverName, whatsappUserId } from '../../guide/matrix-ids.ts'
import type { DeviceFacts } from '../model.ts'
import { messageFactsOf } from './message-facts.ts'

/** Matrix's types of messages, by ours. What is about another message, and what says nothing, is no message there. */
const TYPES: Readonly<Record<string, string>> = {
  text: 'm.text',
  image: 'm.image',
  sticker: 'm.image',
  video: 'm.video',
  audio: 'm.audio',
  document: 'm.file',
  location: 'm.location',
  contacts: 'm.text',
  poll: 'm.text',
  event: 'm.text',
  invite: 'm.text',
  interactive: 'm.text',
  order: 'm.text',
}

/** What the body is made from beside the event. */
export type GuideFacts = {
  publicUrl: string
  mediaBase64?: string
  mediaSize?: { width?: number; height?: number }
  isContact?: boolean
}

/**
 * The body of a Guide webhook, exactly as its document shows it; undefined for everything but a message that somebody else sent.
 * Media is base64; `content` is null when there is none, or when it is too large to travel inside.
 */
export const guidePayload = (
  event: EventRecord,
  device: DeviceFacts,
  { publicUrl, mediaBase64, mediaSize, isContact }: GuideFacts,
): Record<string, unknown> | undefined => {
  const facts = messageFactsOf(event)
  const type = TYPES[facts.kind]
  if (event.type !== 'message.received' || facts.direction !== 'in' || type === undefined) return undefined
  const server = serverName(publicUrl)
  const { phone, lid, participant, chat, messageId, media } = facts
  return {
    id: eventIdOf({ conversationId: event.conversationId ?? 0, messageId }),
    is_contact: isContact ?? false,
    type,
    from: whatsappUserId({ phone, lid, jid: participant ?? chat }, server),
    to: identityUserId(device.identity ?? '', server),
    message: facts.text ?? '',
    device_id: phoneOf(device) ?? '',
    media: {
      content: mediaBase64 ?? null,
      info: {
        size: media?.sizeBytes ?? 0,
        mime_type: media?.mimeType ?? '',
        width: mediaSize?.width ?? 0,
        height: mediaSize?.height ?? 0,
        blur_hash: '',
      },
    },
  }
}
