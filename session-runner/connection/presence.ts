import { LRUCache } from 'lru-cache'
import type { Device } from '#domains/devices/model.ts'
import type { LiveSocket } from './socket.ts'

/** People whose presence one connection has asked for, at most; who fell out is asked for again. */
const WATCHED_MOST = 1_000

/** Who is watched on each connection: WhatsApp forgets it when the connection ends. */
const watched = new WeakMap<LiveSocket, LRUCache<string, true>>()

/**
 * Asks WhatsApp to tell on this connection when a person comes and goes, as its own clients do when a chat is opened; once for each
 * person, since the answer is his presence each time. Groups and channels have none.
 */
export const watchPresence = async (socket: LiveSocket, jid: string): Promise<void> => {
  if (!jid.endsWith('@s.whatsapp.net') && !jid.endsWith('@lid')) return
  const known = watched.get(socket) ?? new LRUCache<string, true>({ max: WATCHED_MOST })
  watched.set(socket, known)
  if (known.get(jid)) return
  known.set(jid, true)
  await socket.presenceSubscribe(jid)
}

/** Milliseconds between "available" and "unavailable" of a device that wants to be shown as away (the document's figure). */
const AWAY_AFTER_MS = 3_000

/** Milliseconds that the account's name has to arrive. The phone sends it within seconds of a link. */
const NAME_WAIT_MS = 15_000

/**
 * Shows the account as available, which WhatsApp expects of a connection, and as away again soon after when the device's settings
 * say so: a phone gets no notifications while one of its linked devices is available. A connection that ended meanwhile is left alone.
 */
export const makePresence = (device: () => Device, socket: () => LiveSocket | undefined) => {
  let timer: NodeJS.Timeout | undefined
  return {
    available: (live: LiveSocket): void => {
      void live.sendPresenceUpdate('available').catch(() => undefined)
      clearTimeout(timer)
      if (!device().settings.autoPresenceUnavailable) return
      timer = setTimeout(() => {
        if (socket() === live) void live.sendPresenceUpdate('unavailable').catch(() => undefined)
      }, AWAY_AFTER_MS)
      timer.unref()
    },

    /**
     * Shows an account as available of which no name is known, unless one arrives: the client does not do that, and would answer all
     * messages with receipts of an absent client, which senders do not see.
     */
    availableUnnamed: (live: LiveSocket): void => {
      if (device().settings.autoPresenceUnavailable) return
      const show = async (): Promise<void> => {
        if (socket() !== live || live.authState.creds.me?.name) return
        await live.sendNode({ tag: 'presence', attrs: { type: 'available' } })
        live.ev.emit('connection.update', { isOnline: true })
      }
      setTimeout(() => void show().catch(() => undefined), NAME_WAIT_MS).unref()
    },
  }
}

/** Shows whether the account is there. */
export type Presence = ReturnType<typeof makePresence>
