import type { Message } from './api.ts'

/** The part of a thread that was read: its newest messages, oldest of them first. */
export type ThreadData = {
  messages: readonly Message[]
  /** There are older ones. */
  hasOlder: boolean
  /** The server's time up to which changes are known. */
  readAt: string
}

const RANK = { accepted: 1, received: 1, sent: 2, delivered: 3, read: 4, failed: 9 } as const

/** How far one status is: a message only ever rises. */
export const rankOf = (status: string): number => RANK[status as keyof typeof RANK] ?? 0

const MEDIA_RANK = { pending: 0, expired: 1, failed: 1, ready: 2 } as const

/** A message as it was known, with what was read now; what an event told meanwhile is not lowered again. */
const combined = (known: Message, fresh: Message): Message => {
  const status = rankOf(known.status) > rankOf(fresh.status) ? known.status : fresh.status
  const media =
    known.media && fresh.media && MEDIA_RANK[known.media.state] > MEDIA_RANK[fresh.media.state]
      ? { ...known.media, preview: fresh.media.preview, waveform: fresh.media.waveform }
      : fresh.media
  const { sent_at, delivered_at, read_at } = known
  return {
    ...fresh,
    status,
    media,
    sent_at: fresh.sent_at ?? sent_at,
    delivered_at: fresh.delivered_at ?? delivered_at,
    read_at: fresh.read_at ?? read_at,
  }
}

const insert = (messages: Message[], fresh: Message): void => {
  const atMs = Date.parse(fresh.timestamp)
  let place = messages.length
  while (place > 0 && Date.parse(messages[place - 1]!.timestamp) > atMs) place -= 1
  messages.splice(place, 0, fresh)
}

/** Messages with others that were read: each once, those that are new in their places by time. */
export const mergeMessages = (known: readonly Message[], fresh: readonly Message[]): readonly Message[] => {
  if (known.length === 0) return fresh
  const places = new Map(known.map((message, at) => [message.id, at]))
  const messages = [...known]
  const added: Message[] = []
  for (const message of fresh) {
    const at = places.get(message.id)
    if (at === undefined) added.push(message)
    else messages[at] = combined(messages[at]!, message)
  }
  for (const message of added) insert(messages, message)
  return messages
}

/** Older messages before those that are known. */
export const prependMessages = (known: readonly Message[], older: readonly Message[]): readonly Message[] => {
  const ids = new Set(known.map(({ id }) => id))
  return [...older.filter(({ id }) => !ids.has(id)), ...known]
}

/** The thread with one message changed; the same thread when it is not there or `change` gives nothing. */
export const changeMessage = (
  data: ThreadData,
  id: string,
  change: (message: Message) => Partial<Message> | undefined,
): ThreadData => {
  const at = data.messages.findLastIndex((message) => message.id === id)
  const message = data.messages[at]
  const changes = message && change(message)
  return changes ? { ...data, messages: data.messages.with(at, { ...message, ...changes }) } : data
}
