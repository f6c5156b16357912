import { createStore, useStore } from '../../lib/store.ts'

/** What somebody does in a chat now. */
export type Typing = 'text' | 'audio'

/** WhatsApp repeats it every ten seconds or so while somebody writes, and does not always tell the end. */
const SHOWN_MS = 15_000

const typingStore = createStore<ReadonlyMap<number, Typing>>(new Map())
const ends = new Map<number, ReturnType<typeof setTimeout>>()

/** Notes that somebody writes (or records) in a conversation, or stopped. */
export const setTyping = (id: number, isWriting: boolean, how: Typing = 'text'): void => {
  clearTimeout(ends.get(id))
  ends.delete(id)
  const known = typingStore.get()
  if (isWriting)
    ends.set(
      id,
      setTimeout(() => setTyping(id, false), SHOWN_MS),
    )
  if (known.get(id) === (isWriting ? how : undefined)) return
  const next = new Map(known)
  if (isWriting) next.set(id, how)
  else next.delete(id)
  typingStore.set(next)
}

/** What somebody does in a conversation now; undefined when nothing is known. */
export const useTyping = (id: number): Typing | undefined => useStore(typingStore).get(id)
