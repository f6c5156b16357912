import type { Message } from './api.ts'

/** What a fresh message without anything special says. */
export const blank = (): Omit<
  Message,
  'id' | 'wa_message_id' | 'conversation_id' | 'direction' | 'kind' | 'body' | 'status' | 'sender' | 'timestamp'
> => ({
  media: null,
  reply_to: null,
  reactions: [],
  poll: null,
  location: null,
  contacts: null,
  payload: null,
  edited: false,
  deleted: false,
  starred: false,
  error: null,
  sent_at: null,
  delivered_at: null,
  read_at: null,
  edited_at: null,
  deleted_at: null,
})
