import type { z } from 'zod'
import type { EventRecord } from '#kit/define-event.ts'
import type { historyReceived } from '../../history/events.ts'
import type { HistoryKind } from '../../history/model.ts'
import { digigoMessage } from './digigo-message.ts'
import type { MessageFacts } from './message-facts.ts'

type Facts = z.output<(typeof historyReceived)['data']>

/** WhatsApp's names of the kinds of history (`HistorySyncType`). */
const SYNC_TYPES: Readonly<Record<HistoryKind, string>> = {
  initial: 'INITIAL_BOOTSTRAP',
  status: 'INITIAL_STATUS_V3',
  full: 'FULL',
  recent: 'RECENT',
  names: 'PUSH_NAME',
  more: 'NON_BLOCKING_DATA',
  onDemand: 'ON_DEMAND',
  none: 'NO_HISTORY',
  access: 'MESSAGE_ACCESS_STATUS',
  other: 'OTHER',
}

/** WhatsApp's names of how far an own message is (`WebMessageInfo.Status`). */
const STATUSES: Readonly<Record<string, string>> = {
  failed: 'ERROR',
  accepted: 'PENDING',
  sent: 'SERVER_ACK',
  delivered: 'DELIVERY_ACK',
  read: 'READ',
}

const messageOf = (facts: MessageFacts): Record<string, unknown> => ({
  message: {
    key: {
      remoteJID: facts.chat,
      fromMe: facts.direction === 'out',
      ID: facts.messageId,
      participant: facts.participant,
    },
    message: digigoMessage(facts, undefined),
    messageTimestamp: Math.floor(Date.parse(facts.timestamp) / 1000),
    status: facts.direction === 'out' ? STATUSES[facts.status] : undefined,
    pushName: facts.senderName,
  },
})

/**
 * `event` of a `HistorySync` webhook, with the fields of whatsmeow's event of that name; undefined for other events. A chunk of the
 * phone comes in several events: `Part` counts them and `IsLast` marks the end. Which request it answers is named as the document says.
 */
export const historyEntry = ({ type, data }: EventRecord): Record<string, unknown> | undefined => {
  if (type !== 'history.received') return undefined
  const { kind, chunk, part, isLast, progress, requestId, sessionId, conversations } = data as unknown as Facts
  return {
    Data: {
      syncType: SYNC_TYPES[kind],
      chunkOrder: chunk,
      progress,
      conversations: conversations.map(({ chat, name, conversationId, messages }) => ({
        ID: chat,
        name,
        conversationId,
        messages: messages.map(messageOf),
      })),
    },
    Part: part,
    IsLast: isLast,
    peerDataRequestSessionID: sessionId,
    fullHistorySyncOnDemandRequestMetadata: requestId && { requestID: requestId, request_id: requestId },
  }
}
