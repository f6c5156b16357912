import type { EventRecord } from '#kit/define-event.ts'
import type { DeviceFacts } from '../model.ts'
import { digigoName } from '../names.ts'
import { messageFactsOf } from './message-facts.ts'

/** Events that say everything about a message; others, as a star, name only the message they are about. */
const ABOUT_A_MESSAGE: ReadonlySet<string> = new Set([
  'message.received',
  'message.sent',
  'message.delivered',
  'message.read',
  'message.undecryptable',
])

/**
 * The body of a Manager webhook: flat JSON. The document names no payload; `device` is the device's name, since its token
 * is a secret. Undefined for events a Manager client cannot make sense of.
 */
export const managerPayload = (
  event: EventRecord,
  device: DeviceFacts,
  publicUrl: string,
): Record<string, unknown> | undefined => {
  if (digigoName(event) === undefined || event.type === 'device.qr') return undefined
  const common = { id: event.id, device: device.name, device_id: device.number, timestamp: event.at }
  if (event.type.startsWith('device.')) {
    return {
      event: 'connection',
      ...common,
      status: event.data.state,
      reason: event.data.reason,
      code: event.data.code,
    }
  }
  if (!ABOUT_A_MESSAGE.has(event.type)) return undefined
  const facts = messageFactsOf(event)
  const about = {
    message_id: facts.messageId,
    phone: facts.phone ?? '',
    lid: facts.lid ?? '',
    chat: facts.chat,
    is_group: facts.isGroup,
  }
  if (event.type === 'message.delivered' || event.type === 'message.read') {
    return { event: 'status', ...common, ...about, status: event.type === 'message.read' ? 'read' : 'delivered' }
  }
  return {
    event: event.type === 'message.undecryptable' ? 'undecryptable' : 'message',
    ...common,
    ...about,
    from_me: facts.direction === 'out',
    name: facts.senderName ?? '',
    type: facts.kind,
    message: facts.text ?? '',
    media_url: facts.media?.url ? `${publicUrl}${facts.media.url}` : undefined,
    mime_type: facts.media?.mimeType,
    file_name: facts.media?.fileName,
    timestamp: facts.timestamp,
  }
}
