import { messageReceived } from '#domains/messages/events.ts'
import type { Message } from '#domains/messages/model.ts'

/** Ten events travel together to the bus and to the queue of webhooks, which take 256 KB at once. */
const PART_BYTES = 16_000
const PART_MESSAGES = 25

type Shown = { chat: string; name?: string; conversationId: number; messages: unknown[] }

/** What an event of the history tells beside its chunk. */
export type Part = { part: number; isLast: boolean; conversations: Shown[] }

/**
 * Gathers the messages of a chunk into the parts that are announced. The parts of a chunk are the same each time it is read, so that
 * one which was announced before an interruption is known again. `first` is the number to go on with.
 */
export const makeParts = (announce: (part: Part) => Promise<void>, first = 0) => {
  let part = first
  let bytes = 0
  let count = 0
  let conversations: Shown[] = []

  const close = async (isLast: boolean): Promise<void> => {
    const closed = { part, isLast, conversations }
    part += 1
    bytes = 0
    count = 0
    conversations = []
    await announce(closed)
  }

  return {
    /** Adds a message; true when the part is full and `close` is to be called, once all that is in it is stored. */
    add: (chat: Omit<Shown, 'messages'>, message: Message): boolean => {
      const facts = messageReceived.data.parse(messageReceived.project(message, {}))
      const last = conversations.at(-1)
      if (last?.chat === chat.chat) last.messages.push(facts)
      else conversations.push({ ...chat, messages: [facts] })
      bytes += Buffer.byteLength(JSON.stringify(facts))
      count += 1
      return bytes >= PART_BYTES || count >= PART_MESSAGES
    },
    /** How many parts are closed, those before the interruption included. */
    closed: (): number => part,
    close,
  }
}

/** Parts of one chunk. */
export type Parts = ReturnType<typeof makeParts>
