import type { AuthItems } from './auth-items.ts'
import { makeKeyedLock } from './keyed-lock.ts'
import type { SendingPosition } from './ratchet.ts'

/** How a kind of ratchet is read and moved ahead; sessions and our own sender keys each have one. */
type RatchetKind<Value> = {
  prefix: string
  position: (value: Value) => SendingPosition | undefined
  ahead: (value: Value, counter: number) => Value
  /** Called on every new value, for example to drop what is never needed. */
  tidy: (value: Value) => Value
}

type Entry<Value> = {
  value: Value | null
  dirty: boolean
  /** How far the stored copy has moved ahead; undefined when nothing of this chain is stored. */
  stored: SendingPosition | undefined
}

/** Sending counters the stored copy is ahead by: so many sends need no write, and so long is the gap after a crash. */
export const RESERVE = 32

const WRITES_AT_ONCE = 8

/**
 * Ratchets of one device, live in memory and stored ahead of themselves. Reading and writing memory is synchronous once
 * loaded, so the latest state is the only one anybody sees. What was received is written a little later (an older receiving
 * ratchet can decrypt the same message again); what is about to be sent is written before the frame by `beforeSend`.
 *
 * Who decrypts or encrypts does it in `exclusive`, up to the point where the message is durable. Writes wait for that, so the
 * stored copy never has used up the key of a message that nobody has stored.
 */
export const makeRatchetStore = <Value>(
  items: AuthItems,
  key: Uint8Array,
  kind: RatchetKind<Value>,
  options: { kept: number; changed: () => void },
) => {
  const entries = new Map<string, Entry<Value>>()
  const loading = new Map<string, Promise<Entry<Value>>>()
  const lock = makeKeyedLock()
  const skOf = (id: string): string => `${kind.prefix}#${id}`

  const trim = (): void => {
    if (entries.size <= options.kept) return
    for (const [id, entry] of entries) {
      if (entries.size <= options.kept) return
      if (!entry.dirty) entries.delete(id)
    }
  }

  const load = async (id: string): Promise<Entry<Value>> => {
    const item = await items.claimItem(skOf(id))
    const value = item ? ((await items.valueOf(key, item)) as Value | undefined) : undefined
    const known = entries.get(id)
    if (known) return known
    const entry: Entry<Value> = {
      value: value ?? null,
      dirty: false,
      stored: value === undefined ? undefined : kind.position(value),
    }
    entries.set(id, entry)
    trim()
    return entry
  }

  const entryOf = (id: string): Promise<Entry<Value>> => {
    const known = entries.get(id)
    if (known) {
      // Moved to the end, so that the least recently used entries are the first ones dropped.
      entries.delete(id)
      entries.set(id, known)
      return Promise.resolve(known)
    }
    const pending = loading.get(id) ?? load(id).finally(() => loading.delete(id))
    loading.set(id, pending)
    return pending
  }

  const target = (entry: Entry<Value>, position: SendingPosition, exact: boolean): number => {
    if (exact) return position.counter
    const known = entry.stored?.chain === position.chain ? entry.stored.counter : Number.NEGATIVE_INFINITY
    return known - position.counter >= RESERVE / 2 ? known : position.counter + RESERVE
  }

  /** To be called by the holder of the entry's lock only. */
  const write = async (id: string, entry: Entry<Value>, exact: boolean): Promise<void> => {
    const value = entry.value
    if (value === null) {
      await items.remove(skOf(id))
      entry.stored = undefined
    } else {
      const position = kind.position(value)
      const counter = position && target(entry, position, exact)
      await items.put(key, skOf(id), counter === undefined ? value : kind.ahead(value, counter))
      entry.stored = position && counter !== undefined ? { chain: position.chain, counter } : undefined
    }
    if (entry.value === value) entry.dirty = false
  }

  const isCovered = (entry: Entry<Value>): boolean => {
    if (entry.value === null) return true
    const position = kind.position(entry.value)
    if (!position) return true
    return entry.stored?.chain === position.chain && position.counter <= entry.stored.counter
  }

  return {
    get: async (id: string): Promise<Value | null> => (await entryOf(id)).value,

    /** Sets the live value; it is stored soon after, or before the next frame that depends on it. */
    set: (id: string, value: Value | null): void => {
      const next = value === null ? null : kind.tidy(value)
      const entry = entries.get(id)
      if (!entry) {
        entries.set(id, { value: next, dirty: true, stored: undefined })
        options.changed()
        return
      }
      const sentOnly = isFurther(entry.value, next)
      entry.value = next
      // A step of the sending chain alone is what the reserve is for: `beforeSend` stores it when the reserve ends.
      if (sentOnly) return
      entry.dirty = true
      options.changed()
    },

    /** Runs work on one ratchet alone, from reading it to the point where what it gave is durable. */
    exclusive: <T>(id: string, work: () => Promise<T>): Promise<T> => lock.run(id, work),

    /**
     * Resolves when the stored copy covers every counter used so far. Throws when it cannot be stored: do not send. To be
     * called in `exclusive`.
     */
    beforeSend: async (id: string): Promise<void> => {
      const entry = entries.get(id)
      if (entry && !isCovered(entry)) await write(id, entry, false)
    },

    /** Stores the present value now, if it is not stored yet. To be called in `exclusive`. */
    store: async (id: string): Promise<void> => {
      const entry = entries.get(id)
      if (entry?.dirty) await write(id, entry, false)
    },

    /** Stores everything changed. With `exact` also what is only stored ahead: for an end in good order. */
    flush: async (exact: boolean): Promise<void> => {
      const isDue = (entry: Entry<Value>): boolean => entry.dirty || (exact && isAhead(entry))
      const due = [...entries].filter(([, entry]) => isDue(entry))
      const writeDue = async ([id, entry]: [string, Entry<Value>]): Promise<void> => {
        // It may have been forgotten while this waited: then it holds the used key of a message that nobody has stored.
        if (entries.get(id) === entry && isDue(entry)) await write(id, entry, exact)
      }
      while (due.length > 0) {
        await Promise.all(due.splice(0, WRITES_AT_ONCE).map((each) => lock.run(each[0], () => writeDue(each))))
      }
    },

    /** Forgets the live state: the next use starts from the stored copy, as after a crash. */
    forget: (): void => entries.clear(),
  }

  function isFurther(before: Value | null, after: Value | null): boolean {
    const from = before === null ? undefined : kind.position(before)
    const to = after === null ? undefined : kind.position(after)
    return from !== undefined && to !== undefined && from.chain === to.chain && to.counter > from.counter
  }

  function isAhead(entry: Entry<Value>): boolean {
    const position = entry.value === null ? undefined : kind.position(entry.value)
    return position !== undefined && entry.stored !== undefined && entry.stored.counter !== position.counter
  }
}
