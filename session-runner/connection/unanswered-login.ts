import type { LiveSocket } from './socket.ts'

/** Milliseconds that WhatsApp has to take or refuse a login once the socket is open. */
const ANSWER_MS = 20_000

/**
 * Calls `stalled` when a login gets no answer. The client sets a limit for the handshake only, and takes answered pings for a
 * connection that works: it would wait for ever.
 */
export const watchLogin = (live: LiveSocket, stalled: () => void): void => {
  live.ws.on('open', () => {
    // Where the client ends the connection itself, nobody hears of it here: it takes the listeners away before.
    const timer = setTimeout(() => live.ws.isOpen && stalled(), ANSWER_MS).unref()
    for (const answer of ['CB:success', 'CB:failure', 'close']) live.ws.once(answer, () => clearTimeout(timer))
  })
}
