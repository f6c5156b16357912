import {
  type AuthenticationCreds,
  type KeyPair,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
} from '@whiskeysockets/baileys'
import type { AuthItems } from './auth-items.ts'
import { makeFactStore } from './fact-store.ts'
import { makePreKeyPages } from './pre-key-pages.ts'
import {
  groupPosition,
  type SessionRecord,
  sendingPosition,
  skipAhead,
  skipGroupAhead,
  trimOwnSenderKey,
  trimSession,
} from './ratchet.ts'
import { makeRatchetStore } from './ratchet-store.ts'

/** Sessions, sender keys and facts a device keeps in memory. */
const KEPT = { sessions: 96, senderKeys: 24, facts: 256 }

type KeyStoreParts = {
  items: AuthItems
  /** The device's plain data key. */
  key: Uint8Array
  creds: AuthenticationCreds
  saveCreds: () => Promise<void>
  /** Notes that something is to be stored soon. */
  changed: () => void
  /** Turns a refused write into the one signal that ends the device here. */
  guarded: <T>(work: Promise<T>) => Promise<T>
  lidsLearnt?: (values: Record<string, unknown>) => Promise<void>
}

/** The Signal keys of a device by their types, as Baileys reads and writes them, over the stores that make each durable. */
export const makeKeyStore = ({ items, key, creds, saveCreds, changed, guarded, lidsLearnt }: KeyStoreParts) => {
  let failedReads = 0

  const sessions = makeRatchetStore<SessionRecord>(
    items,
    key,
    { prefix: 'session', position: sendingPosition, ahead: skipAhead, tidy: trimSession },
    { kept: KEPT.sessions, changed },
  )
  const senderKeys = makeRatchetStore<Uint8Array>(
    items,
    key,
    { prefix: 'sender-key', position: groupPosition, ahead: skipGroupAhead, tidy: trimOwnSenderKey },
    { kept: KEPT.senderKeys, changed },
  )
  const preKeys = makePreKeyPages(items, key, changed)
  const facts = makeFactStore(items, key, { kept: KEPT.facts, changed })

  const get = async <T extends keyof SignalDataTypeMap>(
    type: T,
    ids: string[],
  ): Promise<{ [id: string]: SignalDataTypeMap[T] }> => {
    try {
      return (await guarded(read(type, ids))) as { [id: string]: SignalDataTypeMap[T] }
    } catch (error) {
      failedReads += 1
      throw error
    }
  }

  const read = async (type: keyof SignalDataTypeMap, ids: string[]): Promise<Record<string, unknown>> => {
    if (type === 'session' || type === 'sender-key') {
      const store: { get: (id: string) => Promise<unknown> } = type === 'session' ? sessions : senderKeys
      const values = await Promise.all(ids.map(async (id): Promise<[string, unknown]> => [id, await store.get(id)]))
      return Object.fromEntries(values.filter(([, value]) => value !== null))
    }
    if (type === 'pre-key') return preKeys.get(ids)
    if (type === 'app-state-sync-version') {
      const found = await items.readMany(
        key,
        ids.map((id) => `${type}#${id}`),
      )
      return Object.fromEntries([...found].map(([sk, value]) => [sk.slice(type.length + 1), value]))
    }
    const found = await facts.get(type, ids)
    if (type !== 'app-state-sync-key') return found
    return Object.fromEntries(
      Object.entries(found).map(([id, value]) => [
        id,
        proto.Message.AppStateSyncKeyData.fromObject(value as Record<string, unknown>),
      ]),
    )
  }

  const writePreKeys = async (values: Record<string, KeyPair | null>): Promise<void> => {
    const gone = Object.keys(values).filter((id) => values[id] === null)
    if (gone.length > 0) preKeys.remove(gone)
    const added = Object.entries(values).filter((entry): entry is [string, KeyPair] => entry[1] !== null)
    if (added.length === 0) return
    // The ids are spent before the keys can be offered: after a crash none is given to a second key.
    creds.nextPreKeyId = Math.max(creds.nextPreKeyId, ...added.map(([id]) => Number(id) + 1))
    await guarded(Promise.all([preKeys.add(Object.fromEntries(added)), saveCreds()]))
  }

  const set = async (data: SignalDataSet): Promise<void> => {
    for (const [type, values] of Object.entries(data) as [keyof SignalDataTypeMap, Record<string, unknown>][]) {
      if (type === 'session') {
        for (const [id, value] of Object.entries(values)) sessions.set(id, value as SessionRecord | null)
      } else if (type === 'sender-key') {
        for (const [id, value] of Object.entries(values)) senderKeys.set(id, value as Uint8Array | null)
      } else if (type === 'pre-key') {
        await writePreKeys(values as Record<string, KeyPair | null>)
      } else if (type === 'app-state-sync-version') {
        for (const [id, value] of Object.entries(values)) {
          await guarded(value === null ? items.remove(`${type}#${id}`) : items.put(key, `${type}#${id}`, value))
        }
      } else {
        if (type === 'lid-mapping') await lidsLearnt?.(values)
        facts.set(type, values)
        // A key share is acknowledged to the phone right after: it must not be lost.
        if (type === 'app-state-sync-key') await guarded(facts.flush())
      }
    }
  }

  const keys: SignalKeyStore = { get, set }

  return {
    keys,
    sessions,
    senderKeys,

    /**
     * Stores what is not stored yet. The session a pre-key was used for is stored before the key is removed; otherwise a crash between
     * the two would leave the sender with a session that nobody can open.
     */
    flush: async (exact: boolean): Promise<void> => {
      await guarded(Promise.all([sessions.flush(exact), senderKeys.flush(exact), facts.flush(), saveCreds()]))
      await guarded(preKeys.applyRemovals())
    },

    failedReads: (): number => failedReads,

    forget: (): void => {
      sessions.forget()
      senderKeys.forget()
      preKeys.forget()
      facts.forget()
    },
  }
}
