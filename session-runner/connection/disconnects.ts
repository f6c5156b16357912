import {
  deviceConnectFailed,
  deviceDisconnected,
  deviceLoggedOut,
  deviceOutdated,
  devicePairFailed,
  deviceReplaced,
  deviceRestricted,
} from '#domains/devices/events.ts'
import type { ConnectionState } from '#domains/devices/model.ts'
import { ProxyFailure } from './proxy-dial.ts'

/** What follows from the end of a connection. */
export type DisconnectAction = {
  /**
   * `now`: reconnect in this process at once. `backOff`: reconnect later. `yield`: look at the lease first. `forget`: the login
   * is gone, its state is deleted. `stop`: no further attempt until a person asks. `pairingOver`: nobody scanned.
   */
  next: 'now' | 'backOff' | 'yield' | 'forget' | 'stop' | 'pairingOver'
  state: ConnectionState
  reason: string
  event?: { type: string }
  /** What the event says beside the device's own facts. */
  facts?: Record<string, unknown>
  alarm?: 'outdated' | 'banned'
}

/** WhatsApp's close and failure codes as the client reports them, and what each one means for us. */
const BY_CODE: Record<number, DisconnectAction> = {
  515: { next: 'now', state: 'connecting', reason: 'WhatsApp asked for a new connection, as it does after pairing.' },
  401: {
    next: 'forget',
    state: 'loggedOut',
    reason: 'The login ended: the device was unlinked.',
    event: deviceLoggedOut,
  },
  406: { next: 'forget', state: 'loggedOut', reason: 'WhatsApp ended the login.', event: deviceLoggedOut },
  402: {
    next: 'stop',
    state: 'failed',
    reason: 'WhatsApp has banned this number for a time.',
    event: deviceRestricted,
    alarm: 'banned',
  },
  403: {
    next: 'stop',
    state: 'failed',
    reason: 'WhatsApp refuses this number: it is banned, or its phone is gone.',
    event: deviceConnectFailed,
    alarm: 'banned',
  },
  405: {
    next: 'stop',
    state: 'failed',
    reason: 'WhatsApp calls the client version outdated. It has to be updated in the configuration.',
    event: deviceOutdated,
    alarm: 'outdated',
  },
  411: {
    next: 'stop',
    state: 'failed',
    reason: 'The account does not support linked devices.',
    event: deviceConnectFailed,
  },
  440: {
    next: 'yield',
    state: 'waiting',
    reason: 'Another connection with the same login took over.',
    event: deviceReplaced,
  },
}

const WORDS: Record<number, string> = {
  408: 'The connection was lost: WhatsApp did not answer in time.',
  428: 'The connection was closed.',
  500: 'WhatsApp reported an internal error.',
  503: 'WhatsApp is not available at the moment.',
}

/** Nothing was heard in time: the client's own watch says so as well as ours, and so does the end of the codes while nobody is linked. */
export const SILENCE = 408

/** What the client's own watch says. A connection that the network breaks has the same code (`getCodeFromWSError`). */
const NOTHING_HEARD = 'Connection was lost'

/** Whether a connection that was open ended because WhatsApp gave no sign of life; `error` is the client's, if it was the client that noticed. */
export const isSilence = (code: number, wasOpen: boolean, error?: unknown): boolean =>
  wasOpen && code === SILENCE && (!(error instanceof Error) || error.message === NOTHING_HEARD)

/** What the client says when a phone scanned the code whose WhatsApp cannot link devices of this kind. */
const CANNOT_LINK = 411

const SCAN_AGAIN: DisconnectAction = {
  next: 'now',
  state: 'connecting',
  reason: 'The phone that scanned the code cannot link devices. It can be scanned again.',
}

const PAIRING_OVER: DisconnectAction = {
  next: 'pairingOver',
  state: 'idle',
  reason: 'Nobody scanned the QR code in time.',
  event: devicePairFailed,
}

/**
 * How far the linking of a phone is: `linked`; `begun` before the first code of a connection; `offered` while codes are shown; `over`
 * when they have been shown for as long as there are any.
 */
export type LinkPhase = 'linked' | 'begun' | 'offered' | 'over'

/**
 * What to do after a close with `code`. The client reports its last code as 408, which is a lost connection otherwise; WhatsApp may
 * close before it does, with any code that would be tried again: then codes would be made for nobody, for ever. The client ends the
 * connection when a phone cannot link devices, though WhatsApp would let the code be scanned again: it is shown anew.
 */
export const actionFor = (code: number, phase: LinkPhase): DisconnectAction => {
  if (code === CANNOT_LINK && phase === 'offered') return SCAN_AGAIN
  const known = BY_CODE[code]
  if (known) return known
  if (phase === 'over' || (phase === 'offered' && code === 408)) return PAIRING_OVER
  return {
    next: 'backOff',
    state: 'waiting',
    reason: WORDS[code] ?? 'The connection ended.',
    event: deviceDisconnected,
  }
}

const number = (value: unknown): number | undefined =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined

/** What WhatsApp says of a login that it refuses: the attributes of its `failure`, which the client gives with the error. */
const refusalIn = (error: unknown): Record<string, unknown> | undefined => {
  const { data } = (error ?? {}) as { data?: unknown }
  return data && typeof data === 'object' && 'reason' in data ? (data as Record<string, unknown>) : undefined
}

/** Refusals after which WhatsApp is only asked again, as after a lost connection. */
const PASSING = new Set([408, 500, 503])

/** An action after a refused login: it says so, and of a ban why (WhatsApp's own number) and for how many seconds. */
const refused = (action: DisconnectAction, { reason, code, expire }: Record<string, unknown>): DisconnectAction => {
  const facts = { onConnect: true, banCode: number(code), banSeconds: number(expire) }
  const known = number(reason)
  if (action.event !== deviceDisconnected || known === undefined || PASSING.has(known)) return { ...action, facts }
  return { ...action, facts, event: deviceConnectFailed, reason: `WhatsApp refused the login with ${known}.` }
}

/** What the client says when whoever scanned the code does not prove to be the account's phone (`configureSuccessfulPairing`). */
const UNPROVEN = new Set([
  'Missing device-identity or device in pair success node',
  'Invalid account signature',
  'Failed to verify account signature',
])

/**
 * The same action with what the error says of it: the device's proxy as its reason, where that is what did not make the connection (the
 * client wraps the error), what WhatsApp says of a login that it refuses, or that a phone could not be linked.
 */
export const explained = (action: DisconnectAction, error: unknown): DisconnectAction => {
  const cause = error instanceof ProxyFailure ? error : (error as { data?: unknown } | undefined)?.data
  if (cause instanceof ProxyFailure) return { ...action, reason: `No connection: ${cause.message}.` }
  if (error instanceof Error && UNPROVEN.has(error.message)) {
    return { ...action, event: devicePairFailed, reason: 'Whoever scanned the code is not the phone of the account.' }
  }
  const refusal = refusalIn(error)
  return refusal ? refused(action, refusal) : action
}

const FIRST_MS = 700
const LONGEST_MS = 5 * 60_000

/** Milliseconds before attempt number `attempt` (1, 2 …): doubling, at most five minutes, spread by half. */
export const backOffMs = (attempt: number, random: () => number): number => {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1))
  return Math.round(full * (0.5 + random()))
}

const WINDOW_MS = 30_000
const REPLACED_MAX = 5

/**
 * Counts take-overs by another connection in a sliding window. Two live sockets with one login would otherwise throw each
 * other out about once a second for ever.
 */
export const makeReplacedWindow = () => {
  let times: number[] = []
  return {
    /** Notes one take-over and gives the milliseconds to wait before the next attempt. */
    note: (nowMs: number): number => {
      times = [...times.filter((time) => nowMs - time < WINDOW_MS), nowMs]
      return times.length >= REPLACED_MAX ? WINDOW_MS : 1000 * times.length
    },
  }
}
