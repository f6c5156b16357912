import type { Message, sendMessage } from './api.ts'
import { blank } from './blank.ts'

/** What the server says of a message that was sent. */
export type SendAnswer = Awaited<ReturnType<typeof sendMessage>>

/** A file that is sent. */
export type OutgoingFile = { id: string; blob: Blob; name: string; kind: 'image' | 'video' | 'audio' | 'document' }

/** A message that the user sent and that the thread does not have yet. */
export type Pending = {
  /** What its bubble is known by. */
  key: string
  /** The idempotency key: the same for every try of the same wish. */
  wish: string
  conversationId: number
  body: string
  file?: OutgoingFile
  replyTo?: Message
  by: { id: number; name: string }
  createdAtMs: number
  /** The messages that the thread had before. */
  known: ReadonlySet<string>
  state: 'sending' | 'waiting' | 'failed'
  error?: unknown
}

const isSame = (message: Message, pending: Pending): boolean =>
  message.direction === 'out' &&
  message.sender.user_id === pending.by.id &&
  message.body === pending.body &&
  (message.media !== null) === (pending.file !== undefined) &&
  !pending.known.has(message.id)

/**
 * Which messages of a thread are pending ones whose answer has not come yet: events and re-reads may be faster than the answer.
 * Each message stands for one pending message, in their order.
 */
export const claims = (messages: readonly Message[], queue: readonly Pending[]) => {
  const byKey = new Map<string, string>()
  const byMessage = new Map<string, string>()
  for (const pending of queue) {
    const found = messages.find((message) => !byMessage.has(message.id) && isSame(message, pending))
    if (!found) continue
    byKey.set(pending.key, found.id)
    byMessage.set(found.id, pending.key)
  }
  return { byKey, byMessage }
}

/** What a file is sent as: what phones play or show as that, everything else as a document. */
export const kindOf = (type: string): OutgoingFile['kind'] => {
  const [kind] = type.split('/')
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'document'
}

const quoteOf = ({ id, direction, kind, body, sender }: Message): Message['reply_to'] => ({
  wa_message_id: id,
  known: true,
  direction,
  kind,
  body,
  name: direction === 'in' ? sender.name || sender.phone : '',
})

/** A message that was sent as a row of the thread. */
export const rowOf = (pending: Pending, answer: SendAnswer): Message => {
  const { body, file, replyTo, by, conversationId } = pending
  const { wa_message_id: id, status, timestamp } = answer
  const facts = file && { mime: file.blob.type, filename: file.name, size: file.blob.size }
  const unknown = { width: null, height: null, seconds: null, error: '', preview: '', waveform: [] }
  return {
    ...blank(),
    id,
    wa_message_id: id,
    conversation_id: conversationId,
    direction: 'out',
    kind: file?.kind ?? 'text',
    body,
    media: facts ? { ...facts, ...unknown, state: 'ready', url: `/media/${conversationId}/${id}` } : null,
    reply_to: replyTo ? quoteOf(replyTo) : null,
    status: status === 'sent' ? 'sent' : 'accepted',
    sender: { type: 'user', user_id: by.id, name: by.name, phone: '' },
    timestamp,
    sent_at: status === 'sent' ? timestamp : null,
  }
}
