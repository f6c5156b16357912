import { LRUCache } from 'lru-cache'
import type { AuthItems } from './auth-items.ts'

const ABSENT = Symbol('absent')

/**
 * Small facts beside the ratchets: LID mappings, device lists, identity keys, privacy tokens, who has which sender key. They
 * are true whoever writes them, a lost one is learnt again, so they are written behind, in batches, without a fence.
 */
export const makeFactStore = (items: AuthItems, key: Uint8Array, options: { kept: number; changed: () => void }) => {
  const known = new LRUCache<string, { value: unknown }>({ max: options.kept })
  const dirty = new Map<string, unknown>()

  const read = (sk: string): unknown => {
    if (dirty.has(sk)) return dirty.get(sk) ?? ABSENT
    const entry = known.get(sk)
    return entry && (entry.value ?? ABSENT)
  }

  return {
    get: async (type: string, ids: string[]): Promise<Record<string, unknown>> => {
      const missing = ids.filter((id) => read(`${type}#${id}`) === undefined)
      if (missing.length > 0) {
        const found = await items.readMany(
          key,
          missing.map((id) => `${type}#${id}`),
        )
        for (const id of missing) known.set(`${type}#${id}`, { value: found.get(`${type}#${id}`) ?? null })
        // More than the cache holds may be asked for at once; those come from the answer itself.
        return Object.fromEntries(
          ids.flatMap((id) => {
            const sk = `${type}#${id}`
            const value = found.get(sk) ?? read(sk)
            return value === undefined || value === ABSENT ? [] : [[id, value]]
          }),
        )
      }
      return Object.fromEntries(
        ids.flatMap((id) => {
          const value = read(`${type}#${id}`)
          return value === ABSENT ? [] : [[id, value]]
        }),
      )
    },

    set: (type: string, values: Record<string, unknown>): void => {
      for (const [id, value] of Object.entries(values)) {
        const sk = `${type}#${id}`
        const before = known.get(sk)
        if (before && same(before.value, value)) continue
        known.set(sk, { value: value ?? null })
        dirty.set(sk, value ?? null)
      }
      if (dirty.size > 0) options.changed()
    },

    flush: async (): Promise<void> => {
      if (dirty.size === 0) return
      const due = new Map(dirty)
      await items.putLoose(key, due)
      for (const [sk, value] of due) if (dirty.get(sk) === value) dirty.delete(sk)
    },

    forget: (): void => {
      dirty.clear()
      known.clear()
    },
  }
}

const same = (left: unknown, right: unknown): boolean =>
  left === right || (typeof left === typeof right && JSON.stringify(left) === JSON.stringify(right))
