import type { Message } from '#domains/messages/model.ts'
import { type RisingStatus, raiseStatus } from '#domains/messages/receipts.ts'
import type { MessageRef } from '#domains/messages/repo.ts'
import type { Context } from '#kit/context.ts'
import type { NamedPerson } from './addresses.ts'

type Times = Partial<Record<RisingStatus, number>>
type Readers = Partial<Record<RisingStatus, NamedPerson>>

type Entry = {
  times: Times
  by: Readers
  expected: 'accepted' | 'sent' | 'delivered'
  /** Settles when the receipts that are being collected now are written. */
  collecting: Promise<void> | undefined
  tail: Promise<unknown>
}

const COLLECT_MS = 25
const TRIES = 5

/**
 * Writes the states of outbound messages, one write after another per message, so that none overtakes another and every
 * state is announced. Receipts that come close together (delivered and read of an open chat) become one write with both
 * events.
 */
export const makeStatusWriter = (ctx: Context) => {
  const entries = new Map<string, Entry>()
  const keyOf = (ref: MessageRef): string => `${ref.tenantId}#${ref.conversationId}#${ref.messageId}`

  const entryOf = (key: string): Entry => {
    const known = entries.get(key)
    if (known) return known
    const entry: Entry = { times: {}, by: {}, expected: 'sent', collecting: undefined, tail: Promise.resolve() }
    entries.set(key, entry)
    return entry
  }

  const inOrder = <T>(key: string, entry: Entry, work: () => Promise<T>): Promise<T> => {
    const result = entry.tail.then(work, work)
    const tail = result.catch(() => undefined)
    entry.tail = tail
    void tail.then(() => {
      if (entry.tail === tail && !entry.collecting) entries.delete(key)
    })
    return result
  }

  const writeReceipts = async (ref: MessageRef, entry: Entry): Promise<void> => {
    const { times, by } = entry
    entry.times = {}
    entry.by = {}
    entry.collecting = undefined
    const top = times.read !== undefined ? 'read' : 'delivered'
    for (let attempt = 1; ; attempt += 1) {
      try {
        await raiseStatus(ctx, ref, top, times, { expected: entry.expected, by })
        entry.expected = 'delivered'
        return
      } catch (error) {
        if (attempt >= TRIES) throw error
      }
    }
  }

  return {
    /**
     * Writes `sent` at once. A message that is not stored yet is stored by `store`, before any receipt for it is looked at;
     * `store` says whether it was the first, else the message is there and rises after all.
     */
    sent: async (
      ref: MessageRef,
      atMs: number,
      set: Partial<Message>,
      store: () => Promise<boolean> = async () => false,
    ): Promise<void> => {
      const key = keyOf(ref)
      const raiseSent = () => raiseStatus(ctx, ref, 'sent', { sent: atMs }, { expected: 'accepted', set })
      await inOrder(key, entryOf(key), async () => {
        if ((await raiseSent()) === 'missing' && !(await store())) await raiseSent()
      })
    },

    /** Notes a receipt, and whose it is; resolves when it is written, within moments. Rejects when the store stays out of reach. */
    receipt: (ref: MessageRef, status: 'delivered' | 'read', atMs: number, by?: NamedPerson): Promise<void> => {
      const key = keyOf(ref)
      const entry = entryOf(key)
      if (entry.times[status] === undefined) {
        entry.times[status] = atMs
        entry.by[status] = by
      }
      entry.collecting ??= new Promise<void>((resolve) => setTimeout(resolve, COLLECT_MS)).then(() =>
        inOrder(key, entry, () => writeReceipts(ref, entry)),
      )
      return entry.collecting
    },

    /** Resolves when everything noted so far is written or has failed. */
    settled: async (): Promise<void> => {
      while (entries.size > 0) {
        await Promise.allSettled([...entries.values()].flatMap((entry) => [entry.collecting, entry.tail]))
      }
    },
  }
}

/** Writes the states of outbound messages. */
export type StatusWriter = ReturnType<typeof makeStatusWriter>
