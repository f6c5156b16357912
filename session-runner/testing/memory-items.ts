import { type AuthItems, FenceLost } from '../auth/auth-items.ts'
import { open, seal } from '../auth/sealed-value.ts'

type Stored = { v: Uint8Array; extra: Record<string, unknown> }

/** Stored Signal state in memory, for tests of what survives a crash. `failing` makes every write fail. */
export const memoryItems = (shared: Map<string, Stored> = new Map()) => {
  const counts = { puts: 0, loose: 0 }
  const state = { failing: false }
  const nameOf = (sk: string): string => `device\n${sk}`
  const check = (): void => {
    if (state.failing) throw new FenceLost('a newer owner holds the item')
  }
  const items: AuthItems = {
    nameOf,
    claimItem: async (sk) => {
      const item = shared.get(sk)
      return item && { pk: 'A#device', sk, v: item.v, ...item.extra }
    },
    valueOf: async (key, item) => (item.v ? open(key, nameOf(item.sk), item.v) : undefined),
    readMany: async (key, sks) =>
      new Map(
        sks.flatMap((sk): [string, unknown][] => {
          const item = shared.get(sk)
          return item ? [[sk, open(key, nameOf(sk), item.v)]] : []
        }),
      ),
    put: async (key, sk, value, extra = {}) => {
      check()
      counts.puts += 1
      shared.set(sk, { v: seal(key, nameOf(sk), value), extra })
    },
    remove: async (sk) => {
      check()
      shared.delete(sk)
    },
    putLoose: async (key, values) => {
      check()
      counts.loose += 1
      for (const [sk, value] of values) {
        if (value === null) shared.delete(sk)
        else shared.set(sk, { v: seal(key, nameOf(sk), value), extra: {} })
      }
    },
    removeAll: async () => shared.clear(),
  }
  return { items, shared, counts, state }
}
