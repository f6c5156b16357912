import { newIdempotencyKey } from '../../lib/api.ts'
import { ApiError } from '../../lib/api-error.ts'
import { queryClient } from '../../lib/client.ts'
import { createStore } from '../../lib/store.ts'
import { type Message, sendMessage } from './api.ts'
import { changeRow, changeThread, rereadRow } from './cache.ts'
import { keys } from './keys.ts'
import { bodyOf } from './outgoing.ts'
import { claims, type Pending, rowOf, type SendAnswer } from './pending.ts'
import { mergeMessages, type ThreadData } from './thread-cache.ts'

/** What the user sent and the thread does not have yet, oldest first. It stays while other pages are shown. */
export const outboxStore = createStore<readonly Pending[]>([])

/** Under which key a message was first shown that was sent here, so that its bubble stays the same. */
export const shownAs = new Map<string, string>()

const change = (key: string, changes: Partial<Pending>): void =>
  outboxStore.set(outboxStore.get().map((one) => (one.key === key ? { ...one, ...changes } : one)))

const drop = (key: string): void => outboxStore.set(outboxStore.get().filter((one) => one.key !== key))

const threadOf = (id: number): readonly Message[] =>
  queryClient.getQueryData<ThreadData>(keys.thread(id))?.messages ?? []

/** The message of the thread that a pending one became; its bubble takes over. */
const settle = (pending: Pending, messageId: string): void => {
  shownAs.set(messageId, pending.key)
  drop(pending.key)
}

const sent = (pending: Pending, answer: SendAnswer): void => {
  const row = rowOf(pending, answer)
  changeThread(pending.conversationId, (thread) => ({
    ...thread,
    // What is there already says more than the answer.
    messages: thread.messages.some(({ id }) => id === row.id) ? thread.messages : mergeMessages(thread.messages, [row]),
  }))
  changeRow(pending.conversationId, (known) =>
    known.last_message?.wa_message_id === row.id ? known : { ...known, unread: 0, needs_action: false },
  )
  rereadRow(pending.conversationId)
  settle(pending, row.id)
}

/** A failure may come after the message was stored: then the thread shows it, with its own state. */
const failed = async (pending: Pending, error: unknown): Promise<void> => {
  const { conversationId, key } = pending
  if (error instanceof ApiError && error.status === 0) return change(key, { state: 'waiting', error })
  await queryClient.refetchQueries({ queryKey: keys.thread(conversationId), exact: true }).catch(() => undefined)
  const queue = outboxStore.get().filter((one) => one.conversationId === conversationId)
  const claimed = claims(threadOf(conversationId), queue).byKey.get(key)
  if (claimed !== undefined) return settle(pending, claimed)
  // The server keeps what it refused under the key, and would only say it again.
  const isFinal = error instanceof ApiError && error.status < 500 && ![408, 409, 429].includes(error.status)
  change(key, { state: 'failed', error, wish: isFinal ? newIdempotencyKey() : pending.wish })
}

/** The last of each conversation's sends: the next begins when it ended, so that messages keep their order. */
const running = new Map<number, Promise<void>>()

const transmit = async (key: string): Promise<void> => {
  const pending = outboxStore.get().find((one) => one.key === key)
  if (pending?.state !== 'sending') return
  try {
    const body = await bodyOf(pending)
    const params = { id: String(pending.conversationId) }
    sent(pending, await sendMessage({ params, body, idempotencyKey: pending.wish }))
  } catch (error) {
    await failed(pending, error)
  }
}

const enqueue = ({ conversationId, key }: Pending): void => {
  const before = running.get(conversationId) ?? Promise.resolve()
  running.set(
    conversationId,
    before.then(() => transmit(key)),
  )
}

/** Sends a message: it is shown at once, and says how far it is. */
export const send = (wish: Omit<Pending, 'key' | 'wish' | 'state' | 'known' | 'createdAtMs' | 'error'>): void => {
  const key = newIdempotencyKey()
  const known = new Set(threadOf(wish.conversationId).map(({ id }) => id))
  const pending: Pending = { ...wish, key, wish: key, state: 'sending', known, createdAtMs: Date.now() }
  outboxStore.set([...outboxStore.get(), pending])
  enqueue(pending)
}

/** Tries again to send what failed, as the same wish: the server does it once. */
export const retry = (key: string): void => {
  const pending = outboxStore.get().find((one) => one.key === key)
  if (!pending || pending.state === 'sending') return
  change(key, { state: 'sending', error: undefined })
  enqueue(pending)
}

/** Gives up what failed. */
export const discard = (key: string): void => drop(key)

/** Sends everything that waited for the network. */
export const retryWaiting = (): void => {
  for (const { key, state } of outboxStore.get()) if (state === 'waiting') retry(key)
}
