import type { operation as changeStatusOperation } from '#functions/api/conversation/change-status.ts'
import type { operation as getRow } from '#functions/api/conversation/get-row.ts'
import type { operation as listConversations } from '#functions/api/conversation/list-conversations.ts'
import type { operation as listMessages } from '#functions/api/conversation/list-messages.ts'
import type { operation as markReadOperation } from '#functions/api/conversation/mark-read.ts'
import type { operation as sendMessageOperation } from '#functions/api/conversation/send-message.ts'
import type { operation as setTypingOperation } from '#functions/api/conversation/set-typing.ts'
import type { operation as createUploadOperation } from '#functions/api/workspace/create-upload.ts'
import type { operation as listDevices } from '#functions/api/workspace/list-devices.ts'
import { type AnswerOf, type CallOf, endpoint } from '../../lib/api.ts'

const listConversationsCall = endpoint<typeof listConversations>('ceox GET /api/v1/conversations')
const getRowCall = endpoint<typeof getRow>('own GET /api/v1/conversations/{id}/row')
const listMessagesCall = endpoint<typeof listMessages>('ceox GET /api/v1/conversations/{id}/messages')
const markReadCall = endpoint<typeof markReadOperation>('ceox POST /api/v1/conversations/{id}/read')
const setTypingCall = endpoint<typeof setTypingOperation>('own POST /api/v1/conversations/{id}/typing')
const changeStatusCall = endpoint<typeof changeStatusOperation>('ceox POST /api/v1/conversations/{id}/status')
const listDevicesCall = endpoint<typeof listDevices>('ceox GET /api/v1/devices')

/** Sends into a thread. */
export const sendMessage = endpoint<typeof sendMessageOperation>('ceox POST /api/v1/conversations/{id}/messages')
/** Makes a place for a file that is too large for a request. */
export const createUpload = endpoint<typeof createUploadOperation>('own POST /api/v1/uploads', { flat: true })

/** A conversation as the list shows it. */
export type Conversation = AnswerOf<typeof listConversations>[number]
/** A message as the thread shows it. */
export type Message = AnswerOf<typeof listMessages>[number]
/** A device whose conversations the user sees. */
export type Device = AnswerOf<typeof listDevices>[number]
/** What is sent. */
export type MessageBody = CallOf<typeof sendMessageOperation>['body']

/** Which conversations are wanted. */
export type Filters = { status: 'open' | 'solved' | 'all'; device?: string; unread?: boolean; search?: string }

/** Rows of a list, where it goes on, and the time of the server when it was read. */
export type PageOf<Row> = { rows: Row[]; next: string | undefined; readAt: string }

const paged = async <Row>(read: (onHeaders: (headers: Headers) => void) => Promise<Row[]>): Promise<PageOf<Row>> => {
  let next: string | undefined
  let date: string | null = null
  const rows = await read((headers) => {
    next = headers.get('x-next-cursor') ?? undefined
    date = headers.get('date')
  })
  return { rows, next, readAt: new Date(date ?? Date.now()).toISOString() }
}

/** Some conversations, those with the newest messages first. */
export const readConversations = (
  { status, device, unread, search }: Filters,
  { limit, cursor, signal }: { limit: number; cursor?: string; signal?: AbortSignal },
): Promise<PageOf<Conversation>> =>
  paged((onHeaders) =>
    listConversationsCall({
      query: { status, device_id: device, unread: unread ? 'true' : undefined, search, limit: String(limit), cursor },
      signal,
      onHeaders,
    }),
  )

/** One conversation. */
export const readConversation = (id: number, signal?: AbortSignal): Promise<Conversation> =>
  getRowCall({ params: { id: String(id) }, signal })

/** Where in a thread to read: before a message, or what came or changed since a time; at the end without both. */
export type Place = { before?: string; after?: string; cursor?: string; limit: number }

/** Some messages of a thread, oldest first. */
export const readMessages = (id: number, { limit, ...place }: Place, signal?: AbortSignal): Promise<PageOf<Message>> =>
  paged((onHeaders) =>
    listMessagesCall({
      params: { id: String(id) },
      query: { ...place, limit: String(limit), previews: 'true' },
      signal,
      onHeaders,
    }),
  )

/** Clears the unread mark; the contact sees the messages as read. */
export const markRead = (id: number): Promise<unknown> => markReadCall({ params: { id: String(id) } })

/** Shows the contact that somebody writes, or stopped. */
export const showTyping = (id: number, state: 'composing' | 'paused'): Promise<unknown> =>
  setTypingCall({ params: { id: String(id) }, body: { state } })

/** Solves a conversation, or opens it again. Gives it as it is then. */
export const changeStatus = (id: number, status: Conversation['status']): Promise<Conversation> =>
  changeStatusCall({ params: { id: String(id) }, body: { status } })

/** The query of the devices that the user sees. */
export const devicesQuery = {
  queryKey: ['devices', 'seen'],
  queryFn: ({ signal }: { signal: AbortSignal }) => listDevicesCall({ signal }),
} as const
