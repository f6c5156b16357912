import type { Message } from './api.ts'
import { claims, type Pending } from './pending.ts'

/** One line of the thread. `first` and `last` say where a message stands in its group: one sender, one minute. */
export type Item =
  | { type: 'day'; key: string; at: string }
  | { type: 'unread'; key: string }
  | { type: 'message'; key: string; message: Message; first: boolean; last: boolean }
  | { type: 'pending'; key: string; pending: Pending }

const dayOf = (timestamp: string): string => new Date(timestamp).toDateString()
const minuteOf = (timestamp: string): number => Math.floor(Date.parse(timestamp) / 60_000)

const writerOf = ({ direction, sender }: Message): string =>
  [direction, sender.type, sender.user_id, sender.phone, sender.name].join(' ')

const isGrouped = (one: Message | undefined, other: Message | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  one.kind !== 'system' &&
  other.kind !== 'system' &&
  writerOf(one) === writerOf(other) &&
  minuteOf(one.timestamp) === minuteOf(other.timestamp)

/** What is drawn of a thread, from the top: days, messages, what is sent just now, and where the unread ones begin. */
export const itemsOf = (
  messages: readonly Message[],
  queue: readonly Pending[],
  shownAs: ReadonlyMap<string, string>,
  firstUnread: string | undefined,
): Item[] => {
  const { byKey, byMessage } = claims(messages, queue)
  const items: Item[] = []
  for (const [at, message] of messages.entries()) {
    const before = messages[at - 1]
    if (!before || dayOf(before.timestamp) !== dayOf(message.timestamp)) {
      items.push({ type: 'day', key: `day ${dayOf(message.timestamp)} ${message.id}`, at: message.timestamp })
    }
    if (message.id === firstUnread) items.push({ type: 'unread', key: 'unread' })
    const key = shownAs.get(message.id) ?? byMessage.get(message.id) ?? message.id
    const first = !isGrouped(before, message) || message.id === firstUnread
    items.push({ type: 'message', key, message, first, last: !isGrouped(message, messages[at + 1]) })
  }
  for (const pending of queue) if (!byKey.has(pending.key)) items.push({ type: 'pending', key: pending.key, pending })
  return items
}

/** The oldest of the newest messages from the other side, as many as are unread. */
export const firstUnreadOf = (messages: readonly Message[], unread: number): string | undefined => {
  if (unread <= 0) return undefined
  const received = messages.filter(({ direction, kind }) => direction === 'in' && kind !== 'system')
  return received.at(-Math.min(unread, received.length))?.id
}
