import { useEffect } from 'react'
import type { contactUpdated } from '#domains/contacts/events.ts'
import type { conversationMerged, conversationRead, conversationStatusChanged } from '#domains/conversations/events.ts'
import type { messageReceived } from '#domains/messages/events.ts'
import type { chatPresenceChanged } from '#domains/signals/events.ts'
import { queryClient } from '../../lib/client.ts'
import { useRealtimeEvent } from '../../lib/use-event.ts'
import { devicesQuery } from './api.ts'
import { changeRow, changeThread, knownRows, recheckRow, removeRow, rereadRow, rereadThread } from './cache.ts'
import {
  isAboutAnother,
  type MessageEvent,
  type MessageFacts,
  progressOf,
  rowAfter,
  rowOfEvent,
} from './event-message.ts'
import { keys } from './keys.ts'
import { changeMessage, mergeMessages, rankOf, type ThreadData } from './thread-cache.ts'
import { setTyping } from './typing.ts'

const NEW = ['message.received', 'message.accepted', 'message.undecryptable']
const PROGRESS = [
  'message.sent',
  'message.delivered',
  'message.read',
  'message.failed',
  'message.media_ready',
  'message.media_failed',
]
const DEVICES = ['connected', 'disconnected', 'logged_out', 'paired', 'deleted', 'created', 'replaced', 'restricted']

/** A message that came, or that somebody sends. */
const onNew = (event: MessageEvent): void => {
  const { conversationId: id, data } = event
  if (id === undefined || data.post) return
  if (isAboutAnother(data)) {
    // What it changes may be the newest message of the list.
    rereadRow(id)
    rereadThread(id)
    return
  }
  if (data.direction === 'in') setTyping(id, false)
  changeRow(id, (row) => rowAfter(row, data))
  recheckRow(id)
  const row = rowOfEvent(event)
  if (row) changeThread(id, (thread) => ({ ...thread, messages: mergeMessages(thread.messages, [row]) }))
  // The event has no preview of the file.
  if (!row || row.media) rereadThread(id)
}

const isMissing = ({ messages }: ThreadData, { messageId, timestamp }: MessageFacts): boolean =>
  Date.parse(timestamp) >= Date.parse(messages[0]?.timestamp ?? '1970-01-01') &&
  !messages.some(({ id }) => id === messageId)

/** A message that got further, or whose file came. */
const onProgress = (event: MessageEvent): void => {
  const { conversationId: id, type, data } = event
  if (id === undefined) return
  // The reason why a file did not come is no part of the event; a failed message may have a row that nobody has yet.
  if (type === 'message.media_failed' || type === 'message.failed') rereadThread(id)
  changeThread(id, (thread) => {
    // Its own event may come later, or the message was written elsewhere: nothing that is newer than what is shown may miss.
    if (isMissing(thread, data)) rereadThread(id)
    return changeMessage(thread, data.messageId, (message) => progressOf(event, message))
  })
  if (type.startsWith('message.media_')) return
  changeRow(id, (row) => {
    const last = row.last_message
    if (last?.wa_message_id !== data.messageId || rankOf(last.status) >= rankOf(data.status)) return row
    return { ...row, last_message: { ...last, status: data.status } }
  })
}

/** Keeps everything that was read of conversations as it is, by the events of the connection. Once, on the page. */
export const useLive = (): void => {
  useRealtimeEvent<typeof messageReceived>(NEW, onNew)
  useRealtimeEvent<typeof messageReceived>(PROGRESS, onProgress)
  useRealtimeEvent<typeof conversationRead>('conversation.read', ({ data }) =>
    changeRow(data.id, (row) => ({ ...row, unread: data.unreadCount })),
  )
  useRealtimeEvent<typeof conversationStatusChanged>('conversation.status_changed', ({ data }) => {
    const status = data.to === 'CLOSED' ? 'solved' : 'open'
    changeRow(data.id, (row) => (row.status === status ? row : { ...row, status }))
    rereadRow(data.id)
  })
  useRealtimeEvent<typeof conversationMerged>('conversation.merged', ({ data }) => {
    removeRow(data.id)
    rereadRow(data.into)
    rereadThread(data.into)
    void queryClient.invalidateQueries({ queryKey: keys.row(data.id) })
  })
  useRealtimeEvent<typeof contactUpdated>('contact.updated', ({ data }) => {
    for (const row of knownRows()) if (row.contact_id === data.id) rereadRow(row.id)
  })
  useRealtimeEvent<typeof chatPresenceChanged>('presence.typing', ({ conversationId, data }) => {
    const isWriting = data.state === 'composing'
    const phone = data.phone && `+${data.phone}`
    // A person may write to several of our numbers: only the thread of the one it was is meant.
    const rows = knownRows().filter(({ id, chat, phone: number, device_id: device }) =>
      conversationId === undefined
        ? device === data.deviceNumber && (chat === data.chat || (!data.isGroup && number !== '' && number === phone))
        : id === conversationId,
    )
    for (const { id } of rows) setTyping(id, isWriting, data.media)
  })
  useRealtimeEvent(
    DEVICES.map((name) => `device.${name}`),
    () => void queryClient.invalidateQueries({ queryKey: devicesQuery.queryKey }),
  )
  // What happened while no page listened is not known: lists and rows that are shown are read when the page is.
  useEffect(() => () => void queryClient.invalidateQueries({ queryKey: ['conversations'], refetchType: 'none' }), [])
}
