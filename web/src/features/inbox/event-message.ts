import type { z } from 'zod'
import type { messageReceived } from '#domains/messages/events.ts'
import type { EventOf } from '../../lib/realtime.ts'
import type { Conversation, Message } from './api.ts'
import { blank } from './blank.ts'
import { rankOf } from './thread-cache.ts'

/** What events say about a message. */
export type MessageFacts = z.output<(typeof messageReceived)['data']>
/** An event about a message. */
export type MessageEvent = EventOf<typeof messageReceived>

/** Kinds of which an event says everything that is shown. */
const COMPLETE = new Set(['text', 'image', 'video', 'audio', 'document', 'sticker'])
/** Kinds that only change another message. */
const CHANGES = new Set(['reaction', 'edit', 'revoke', 'pin'])
/** Characters of a preview. */
const PREVIEW = 120

/** Whether a message only changes another one: it is no row of the thread, and not the newest of the list. */
export const isAboutAnother = ({ kind, payload }: MessageFacts): boolean =>
  CHANGES.has(kind) || payload?.vote === true || payload?.answer === true || payload?.about === 'keep'

const mediaOf = ({ media }: MessageFacts, known?: Message['media']): Message['media'] =>
  media
    ? {
        state: media.state as 'pending',
        mime: media.mimeType ?? '',
        filename: media.fileName ?? '',
        size: media.sizeBytes ?? null,
        width: media.width ?? null,
        height: media.height ?? null,
        seconds: media.seconds ?? null,
        url: media.state === 'ready' ? (media.url ?? '') : '',
        error: '',
        preview: known?.preview ?? '',
        waveform: known?.waveform ?? [],
      }
    : null

/** The message of an event as a row, if the event says everything about it: from the other side, nothing quoted, not cut. */
export const rowOfEvent = ({ data, conversationId }: MessageEvent): Message | undefined => {
  if (conversationId === undefined || data.direction !== 'in' || !COMPLETE.has(data.kind)) return undefined
  if (data.textCut || data.quotedId !== undefined) return undefined
  return {
    ...blank(),
    id: data.messageId,
    wa_message_id: data.messageId,
    conversation_id: conversationId,
    direction: 'in',
    kind: data.kind,
    body: data.text ?? '',
    media: mediaOf(data),
    payload: data.payload ?? null,
    status: 'received',
    sender: { type: 'contact', user_id: null, name: data.senderName ?? '', phone: data.phone ? `+${data.phone}` : '' },
    timestamp: data.timestamp,
  }
}

const errorOf = ({ code, message, providerCode }: NonNullable<MessageEvent['data']['error']>): Message['error'] => ({
  code,
  message,
  ...(providerCode !== undefined && { provider_code: providerCode }),
})

/** What an event about the way of a message changes of its row. */
export const progressOf = ({ type, data }: MessageEvent, message: Message): Partial<Message> | undefined => {
  if (type === 'message.media_ready') return { media: mediaOf(data, message.media) }
  if (rankOf(data.status) <= rankOf(message.status)) return undefined
  const at = data.statusAt ?? null
  const times = { sent: { sent_at: at }, delivered: { delivered_at: at }, read: { read_at: at } }
  return {
    status: data.status as Message['status'],
    ...(Object.hasOwn(times, data.status) && times[data.status as keyof typeof times]),
    ...(data.error && { error: errorOf(data.error) }),
  }
}

/** A conversation's row after a message: it is the newest; one from the other side is unread and opens it. */
export const rowAfter = (row: Conversation, data: MessageFacts): Conversation => {
  const isIn = data.direction === 'in'
  if (row.last_message?.wa_message_id === data.messageId) return row
  if (row.last_message_at !== null && Date.parse(row.last_message_at) > Date.parse(data.timestamp)) return row
  return {
    ...row,
    last_message: {
      wa_message_id: data.messageId,
      direction: data.direction,
      kind: data.kind,
      body: (data.text ?? '').slice(0, PREVIEW),
      status: data.status,
      timestamp: data.timestamp,
    },
    last_message_at: data.timestamp,
    unread: isIn ? row.unread + 1 : row.unread,
    needs_action: isIn,
    status: 'open',
  }
}
