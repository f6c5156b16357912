import type { EventRecord } from '#kit/define-event.ts'
import { addressesOf, messageFactsOf } from './message-facts.ts'

/** Kinds that only change another message or its chat: there is nothing to show of them, and the payload has no kind. */
const WORDLESS: ReadonlySet<string> = new Set(['revoke', 'pin', 'system'])

/**
 * The body of a CEOX webhook, exactly as its document shows it; undefined for everything but a message that somebody else
 * sent. `from` is E.164; where WhatsApp tells only the hidden id, it is that JID.
 */
export const ceoxPayload = (event: EventRecord): Record<string, unknown> | undefined => {
  const facts = messageFactsOf(event)
  if (event.type !== 'message.received' || facts.direction !== 'in' || WORDLESS.has(facts.kind)) return undefined
  return {
    event: 'message.received',
    conversation_id: event.conversationId,
    from: facts.phone ? `+${facts.phone}` : (addressesOf(facts).lid ?? facts.participant ?? facts.chat),
    name: facts.senderName ?? '',
    wa_message_id: facts.messageId,
    body: facts.text ?? '',
    media_type: facts.media ? facts.kind : '',
    media_url: facts.media?.url ?? '',
    is_group: facts.isGroup,
    timestamp: facts.timestamp.replace(/\.\d+Z$/, 'Z'),
  }
}
