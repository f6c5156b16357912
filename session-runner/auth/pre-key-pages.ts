import type { KeyPair } from '@whiskeysockets/baileys'
import type { AuthItems } from './auth-items.ts'

type Page = Record<string, KeyPair>

/** Pre-keys per item: 812 keys at pairing are 17 writes of about 6 KB. */
const PAGE = 50

const pageOf = (id: string): number => Math.floor(Number(id) / PAGE)
const skOf = (page: number): string => `pre-key#${String(page).padStart(6, '0')}`

/**
 * One-time pre-keys of a device in pages. They are not kept in memory: each is used once. Removal waits for `applyRemovals`,
 * because the session made with a pre-key has to be stored before the key goes.
 */
export const makePreKeyPages = (items: AuthItems, key: Uint8Array, changed: () => void) => {
  const claimed = new Set<number>()
  const removed = new Set<string>()
  // Baileys reads all keys of an upload right after it stored them; they stay here until then.
  const fresh = new Map<number, Page>()
  let turn: Promise<unknown> = Promise.resolve()

  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }

  const readPage = async (page: number): Promise<Page> => {
    const known = fresh.get(page)
    if (known) return known
    if (claimed.has(page)) return ((await items.readMany(key, [skOf(page)])).get(skOf(page)) ?? {}) as Page
    const item = await items.claimItem(skOf(page))
    claimed.add(page)
    return item ? ((await items.valueOf(key, item)) as Page) : {}
  }

  const byPage = (ids: string[]): Map<number, string[]> => {
    const pages = new Map<number, string[]>()
    for (const id of ids) pages.set(pageOf(id), [...(pages.get(pageOf(id)) ?? []), id])
    return pages
  }

  return {
    get: async (ids: string[]): Promise<Record<string, KeyPair>> => {
      const pages = await Promise.all([...byPage(ids).keys()].map((page) => exclusive(() => readPage(page))))
      const all: Page = Object.assign({}, ...pages)
      fresh.clear()
      return Object.fromEntries(
        ids.flatMap((id) => (all[id] && !removed.has(id) ? [[id, all[id]] as [string, KeyPair]] : [])),
      )
    },

    /** Stores new keys; they are durable when this resolves, so that a key is never offered that could be lost. */
    add: (keys: Record<string, KeyPair>): Promise<void> =>
      exclusive(async () => {
        const writes = [...byPage(Object.keys(keys))].map(async ([page, ids]) => {
          const next = { ...(await readPage(page)) }
          for (const id of ids) next[id] = keys[id] as KeyPair
          await items.put(key, skOf(page), next)
          fresh.set(page, next)
        })
        await Promise.all(writes)
      }),

    /** Marks keys as used; they answer as absent from now on. */
    remove: (ids: string[]): void => {
      for (const id of ids) removed.add(id)
      changed()
    },

    /** Removes the used keys from their pages. */
    applyRemovals: (): Promise<void> =>
      exclusive(async () => {
        if (removed.size === 0) return
        for (const [page, ids] of byPage([...removed])) {
          const next = { ...(await readPage(page)) }
          for (const id of ids) delete next[id]
          if (Object.keys(next).length > 0) await items.put(key, skOf(page), next)
          else await items.remove(skOf(page))
          fresh.delete(page)
          for (const id of ids) removed.delete(id)
        }
      }),

    forget: (): void => {
      removed.clear()
      fresh.clear()
    },
  }
}
