import type { PossiblyExtendedCacheStore } from '@whiskeysockets/baileys'
import { LRUCache } from 'lru-cache'

const MINUTE_MS = 60_000

const prefixed = (cache: LRUCache<string, { value: unknown }>, deviceId: string): PossiblyExtendedCacheStore => {
  const keyOf = (key: string): string => `${deviceId}\n${key}`
  const get = <T>(key: string): T | undefined => cache.get(keyOf(key))?.value as T | undefined
  const set = <T>(key: string, value: T): void => void cache.set(keyOf(key), { value })
  return {
    get,
    set,
    del: (key: string) => void cache.delete(keyOf(key)),
    flushAll: () => undefined,
    mget: async <T>(keys: string[]) => {
      const found: Record<string, T | undefined> = {}
      for (const key of keys) found[key] = get<T>(key)
      return found
    },
    mset: async <T>(entries: { key: string; value: T }[]) => {
      for (const { key, value } of entries) set(key, value)
    },
    mdel: async (keys: string[]) => {
      for (const key of keys) cache.delete(keyOf(key))
    },
  }
}

/**
 * One bounded cache per purpose for all devices of the process, with keys of their own per device: Baileys' default is four
 * caches with timers in every socket. Device lists live an hour: WhatsApp announces changes, and each refresh makes the
 * client fetch keys and replace sessions.
 */
export const makeSharedCaches = () => {
  const devices = new LRUCache<string, { value: unknown }>({ max: 50_000, ttl: 60 * MINUTE_MS })
  const retries = new LRUCache<string, { value: unknown }>({ max: 20_000, ttl: 60 * MINUTE_MS })
  const calls = new LRUCache<string, { value: unknown }>({ max: 2_000, ttl: 5 * MINUTE_MS })
  const placeholders = new LRUCache<string, { value: unknown }>({ max: 5_000, ttl: 60 * MINUTE_MS })
  return {
    of: (deviceId: string) => ({
      userDevicesCache: prefixed(devices, deviceId),
      msgRetryCounterCache: prefixed(retries, deviceId),
      callOfferCache: prefixed(calls, deviceId),
      placeholderResendCache: prefixed(placeholders, deviceId),
    }),
  }
}

/** Caches that all sockets of a process share. */
export type SharedCaches = ReturnType<typeof makeSharedCaches>
