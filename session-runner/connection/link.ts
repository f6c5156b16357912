import type { ConnectionState as ClientUpdate } from '@whiskeysockets/baileys'
import { isoTime } from '#kit/clock.ts'
import type { AuthState } from '../auth/auth-state.ts'
import type { Acks } from '../outbound/acks.ts'
import type { RunnerServices } from '../services.ts'
import { closeError } from './client-signals.ts'
import type { DeviceRecord } from './device-record.ts'
import type { Login } from './login.ts'
import type { MediaTransport } from './media-transport.ts'
import { openConnection } from './open-connection.ts'
import type { LiveSocket } from './socket.ts'

/** What was at hand when a connection was opened. */
export type LinkContext = {
  state: AuthState
  transport: MediaTransport
  /** Whether it logs in. A connection on which a device is linked has no login, though some servers greet it as if it had. */
  isLogin: boolean
}

type LinkEvents = {
  updated: (from: LiveSocket, context: LinkContext, update: Partial<ClientUpdate>) => void
  named: (from: LiveSocket, name: string) => void
  restricted: () => void
  /** Something could not be stored: it has to come again over another connection. */
  unstorable: (from: LiveSocket) => void
  /** WhatsApp neither took nor refused the login. */
  unanswered: (from: LiveSocket) => void
  /** No connection could be begun. */
  failed: (error: unknown) => void
}

type LinkParts = {
  services: RunnerServices
  record: DeviceRecord
  login: Login
  acks: Acks
  halted: () => boolean
  /** Called before each attempt. */
  beginning: () => void
  events: LinkEvents
}

/** The one connection that a device has at a time: begins it when its turn has come, and ends it. */
export const makeLink = ({ services, record, login, acks, halted, beginning, events }: LinkParts) => {
  let socket: LiveSocket | undefined
  let open = false
  let heardMs: number | undefined
  let connecting: Promise<void> | undefined
  let leaveGate: (() => void) | undefined

  const connectOnce = async (): Promise<void> => {
    if (socket || halted()) return
    beginning()
    leaveGate = await services.gate.enter()
    if (socket || halted()) return leaveGate()
    const [state, version, transport] = await Promise.all([
      login.forConnecting(),
      services.version(),
      services.transports.of(record.current()),
    ])
    if (socket || halted()) return leaveGate()
    if (state.creds.account) void record.transition({ state: 'connecting', set: { nextRetryAt: undefined } })
    const context = { state, transport, isLogin: state.creds.account !== undefined }
    socket = openConnection(
      services,
      { record, ...context, version, acks },
      {
        socket: () => socket,
        updated: (from, update) => events.updated(from, context, update),
        named: events.named,
        restricted: events.restricted,
        unstorable: events.unstorable,
        unanswered: events.unanswered,
      },
    )
  }

  return {
    socket: (): LiveSocket | undefined => socket,
    isOpen: (): boolean => open,
    /** Whether a connection is there, or is being begun. */
    isBusy: (): boolean => socket !== undefined || connecting !== undefined,
    /** Resolves when no attempt is under way. */
    settled: async (): Promise<void> => connecting,

    /** Begins a connection, unless there is one. */
    connect: (): Promise<void> => {
      connecting ??= connectOnce()
        .catch(events.failed)
        .finally(() => {
          connecting = undefined
        })
      return connecting
    },

    /** WhatsApp took the login: the next device may begin. */
    opened: (): void => {
      open = true
      heardMs = services.ctx.clock.nowMs()
      leaveGate?.()
    },

    /** WhatsApp gave a sign of life. */
    heard: (): void => {
      heardMs = services.ctx.clock.nowMs()
    },

    /** When WhatsApp was last known to be there. */
    heardAt: (): string | undefined => (heardMs === undefined ? undefined : isoTime(heardMs)),

    /** Ends the connection at once. Gives its socket, which may still be closing. */
    end: (code: number): LiveSocket | undefined => {
      const ending = socket
      socket = undefined
      open = false
      leaveGate?.()
      acks.closed()
      if (ending) void ending.end(closeError(code)).catch(() => undefined)
      return ending
    },

    /** Gives the connection away: how it ends says nothing about the device any more. */
    letGo: (): void => {
      socket = undefined
    },
  }
}
