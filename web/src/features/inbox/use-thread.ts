import { useQuery } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { queryClient } from '../../lib/client.ts'
import { type Message, readMessages } from './api.ts'
import { changeThread } from './cache.ts'
import { keys } from './keys.ts'
import { mergeMessages, prependMessages, type ThreadData } from './thread-cache.ts'

const PAGE = 60
const CHANGES_AT_ONCE = 200
/** Stretch that is read twice, since clocks and indexes of the server are moments apart. */
const OVERLAP_MS = 5000
/** Pages that are read to find a quoted message. */
const LOOK_BACK = 25

const known = (id: number): ThreadData | undefined => queryClient.getQueryData(keys.thread(id))

/** Everything that came or changed since the thread was read. */
const readChanges = async (id: number, since: string, signal: AbortSignal) => {
  const after = new Date(Date.parse(since) - OVERLAP_MS).toISOString()
  const messages: Message[][] = []
  let cursor: string | undefined
  let readAt: string | undefined
  do {
    const page = await readMessages(id, { after: cursor ? undefined : after, cursor, limit: CHANGES_AT_ONCE }, signal)
    messages.unshift(page.rows)
    readAt ??= page.readAt
    cursor = page.next
  } while (cursor !== undefined)
  return { messages: messages.flat(), readAt }
}

/** The end of a thread, or, when it was read before, what happened since: nothing is missed, however long that is ago. */
const readThread = async (id: number, signal: AbortSignal): Promise<ThreadData> => {
  const before = known(id)
  if (!before) {
    const { rows, next, readAt } = await readMessages(id, { limit: PAGE }, signal)
    return { messages: rows, hasOlder: next !== undefined, readAt }
  }
  const { messages, readAt } = await readChanges(id, before.readAt, signal)
  // Events may have told more in the meantime.
  const now = known(id) ?? before
  return { ...now, messages: mergeMessages(now.messages, messages), readAt }
}

/** Reads the page before the oldest message that is known; false at the beginning of the thread. */
const readOlder = async (id: number): Promise<boolean> => {
  const data = known(id)
  const oldest = data?.messages[0]
  if (!data?.hasOlder || !oldest) return false
  const { rows, next } = await readMessages(id, { before: oldest.id, limit: PAGE })
  changeThread(id, (now) => ({
    ...now,
    messages: prependMessages(now.messages, rows),
    hasOlder: next !== undefined,
  }))
  return true
}

/** The thread of a conversation as far as it was read, and how to go back in it. */
export const useThread = (id: number) => {
  const query = useQuery({
    queryKey: keys.thread(id),
    queryFn: ({ signal }) => readThread(id, signal),
    refetchOnMount: 'always',
    gcTime: 15 * 60_000,
  })
  const reading = useRef<Promise<boolean>>(undefined)
  const [olderError, setOlderError] = useState<unknown>()
  const older = useCallback((): Promise<boolean> => {
    reading.current ??= readOlder(id)
      .then((found) => {
        setOlderError(undefined)
        return found
      })
      .catch((error: unknown) => {
        setOlderError(error)
        return false
      })
      .finally(() => {
        reading.current = undefined
      })
    return reading.current
  }, [id])
  /** Reads back until a message is there; false when it is too far away. */
  const reach = useCallback(
    async (messageId: string): Promise<boolean> => {
      for (let pages = 0; pages < LOOK_BACK; pages += 1) {
        if (known(id)?.messages.some((message) => message.id === messageId)) return true
        if (!(await older())) return false
      }
      return false
    },
    [id, older],
  )
  return { ...query, older, olderError, reach }
}
