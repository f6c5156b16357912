import { type AuthenticationCreds, BufferJSON, initAuthCreds } from '@whiskeysockets/baileys'
import { type AuthItems, FenceLost } from './auth-items.ts'
import type { DeviceKey, KeyService } from './device-key.ts'
import { makeKeyStore } from './key-store.ts'
import type { SessionRecord } from './ratchet.ts'

/** Milliseconds after which changed state is stored; a burst of received messages is one write per contact. */
const FLUSH_AFTER_MS = 800

const CREDS = 'creds'

/** Called once when another owner was found: the device has to stop at once. */
type AuthLost = (why: string) => void

/** The Signal state of one device, live, as Baileys uses it, with the steps that make it durable in the right order. */
export type AuthState = Awaited<ReturnType<typeof openAuthState>>

/** Timers, so that tests decide when deferred writes happen. */
type Timers = {
  setTimeout: (work: () => void, ms: number) => NodeJS.Timeout
  clearTimeout: (t: NodeJS.Timeout) => void
}

/** Loads (or begins) the Signal state of a device. Throws `FenceLost` when another owner holds it. */
export const openAuthState = async (options: {
  items: AuthItems
  keys: KeyService
  tenantId: string
  deviceId: string
  lost: AuthLost
  timers: Timers
  /** Called before LIDs of phone numbers become part of the state; entries as the client writes them. */
  lidsLearnt?: (values: Record<string, unknown>) => Promise<void>
}) => {
  const { items, lost, timers } = options
  const stored = await items.claimItem(CREDS)
  const deviceKey: DeviceKey = stored
    ? await options.keys.open(options.tenantId, options.deviceId, stored.dk as Uint8Array)
    : await options.keys.create(options.tenantId, options.deviceId)
  const key = deviceKey.plain
  const creds: AuthenticationCreds = stored
    ? ((await items.valueOf(key, stored)) as AuthenticationCreds)
    : initAuthCreds()

  let timer: NodeJS.Timeout | undefined
  let closed = false
  let savedCreds = stored ? JSON.stringify(creds, BufferJSON.replacer) : ''
  let savingCreds: Promise<void> = Promise.resolve()

  /** Turns a refused write into the one signal that ends the device here. */
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof FenceLost && !closed) lost(error.message)
      throw error
    }
  }

  const changed = (): void => {
    if (closed || timer) return
    timer = timers.setTimeout(() => {
      timer = undefined
      flush(false).catch(() => changed())
    }, FLUSH_AFTER_MS)
    timer.unref?.()
  }

  const saveCreds = (): Promise<void> => {
    const work = async (): Promise<void> => {
      const text = JSON.stringify(creds, BufferJSON.replacer)
      if (text === savedCreds) return
      await guarded(items.put(key, CREDS, creds, { dk: deviceKey.wrapped }))
      savedCreds = text
    }
    savingCreds = savingCreds.then(work, work)
    return savingCreds
  }

  const store = makeKeyStore({ items, key, creds, saveCreds, changed, guarded, lidsLearnt: options.lidsLearnt })
  const { keys, sessions, senderKeys, flush } = store

  return {
    creds,
    keys,
    isNew: stored === undefined,
    saveCreds,

    /** Runs work on one session or sender key alone, from reading it to the point where what it gave is durable. */
    exclusive: <T>(kind: 'session' | 'sender-key', id: string, work: () => Promise<T>): Promise<T> =>
      kind === 'session' ? sessions.exclusive(id, work) : senderKeys.exclusive(id, work),

    /** The live session record of an address. Throws when it cannot be read. */
    session: (id: string): Promise<SessionRecord | null> => guarded(sessions.get(id)),

    /** To be awaited before a frame encrypted with this session or sender key leaves, in `exclusive`. */
    beforeSend: (kind: 'session' | 'sender-key', id: string): Promise<void> =>
      guarded(kind === 'session' ? sessions.beforeSend(id) : senderKeys.beforeSend(id)),

    /** Stores another member's new sender key now: the message that brought it is acknowledged next. */
    storeSenderKey: (id: string): Promise<void> => guarded(senderKeys.store(id)),

    flush,

    /**
     * Reads that failed so far. Baileys takes a session it cannot read for one that does not exist; who decrypts has to know
     * the difference.
     */
    failedReads: store.failedReads,

    /** Forgets all that is not stored, as a crash would: what was received but not kept arrives again. */
    forget: store.forget,

    /** Stops deferred writes. Call `flush(true)` before, unless the device belongs to somebody else now. */
    close: (): void => {
      closed = true
      if (timer) timers.clearTimeout(timer)
      timer = undefined
    },

    removeAll: (): Promise<void> => items.removeAll(),
  }
}
