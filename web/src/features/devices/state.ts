import type { DeviceTexts } from '../../i18n/devices.ts'
import type { Formats } from '../../i18n/format.ts'
import type { Tone } from '../../ui/badge.tsx'
import type { IconName } from '../../ui/icon.tsx'
import type { DeviceRow } from './api.ts'

type State = DeviceRow['state']
type Facts = Pick<DeviceRow, 'state' | 'desired' | 'paired' | 'code'>

/** What a state is called: `unpaired` for one that never had a phone. */
export type StateName = State | 'unpaired'

/** How a state looks beside its word. */
export const LOOK: Record<StateName, { tone: Tone; icon: IconName }> = {
  idle: { tone: 'plain', icon: 'offline' },
  unpaired: { tone: 'plain', icon: 'link' },
  connecting: { tone: 'info', icon: 'refresh' },
  pairing: { tone: 'info', icon: 'link' },
  online: { tone: 'good', icon: 'check' },
  waiting: { tone: 'warn', icon: 'refresh' },
  loggedOut: { tone: 'bad', icon: 'exit' },
  restricted: { tone: 'warn', icon: 'alert' },
  failed: { tone: 'bad', icon: 'alert' },
}

/** The state as people know it. */
export const stateName = ({ state, paired, desired }: Omit<Facts, 'code'>): StateName => {
  if (state !== 'idle') return state
  if (desired === 'online') return 'connecting'
  return paired ? 'idle' : 'unpaired'
}

/** Whether messages can be sent. */
export const isOnline = ({ state }: Pick<DeviceRow, 'state'>): boolean => state === 'online' || state === 'restricted'

/** Whether somebody has to do something about it. */
export const needsAttention = (device: Facts): boolean =>
  ['loggedOut', 'failed', 'restricted', 'waiting', 'unpaired'].includes(stateName(device))

/** Whether it is on its way to another state. */
export const isUnsettled = (device: Facts): boolean =>
  device.desired === 'online' && !['online', 'restricted', 'failed'].includes(device.state)

/** How the server begins the reason of a logout that was asked for here; WhatsApp's code is the same as for one from the phone. */
const ASKED_FOR = 'Logged out on request'

/** How the server begins the reason of a connection that the device's proxy did not make; WhatsApp's code is of no use then. */
const NO_CONNECTION = 'No connection: '

/** How the server begins the reason of a link that was refused here; the code with it is none of WhatsApp's. */
const NOT_PROVEN = 'Whoever scanned the code'

type Moment = { state: State; code: number | null; reason: string; paired: boolean; desired: string }

/** Whether there is a sentence for this code in this state. */
const isNamed = ({ because }: DeviceTexts, state: State, code: number | null): boolean =>
  code !== null && Object.hasOwn(because, `${state}${code}`)

/** The server's own words for the present state, where its sentence says less: the code has none, or a proxy told more. */
export const serverWords = (t: DeviceTexts, { state, code, explanation }: DeviceRow): string | undefined => {
  const isTold = code === null || isNamed(t, state, code) || explanation.startsWith(ASKED_FOR)
  return isTold && !explanation.startsWith(NO_CONNECTION) ? undefined : explanation
}

/** What a state means, by state and WhatsApp's code. */
const meaning = (t: DeviceTexts, { state, code, reason, paired, desired }: Moment): string => {
  const { because } = t
  if (state === 'idle' && desired === 'online') return because.opening
  if (state === 'loggedOut' && reason.startsWith(ASKED_FOR)) return because.loggedOutHere
  if (reason.startsWith(NO_CONNECTION)) return because.proxy
  if (reason.startsWith(NOT_PROVEN)) return because.notProven
  if (isNamed(t, state, code)) return because[`${state}${code}` as State]
  return state === 'idle' && !paired ? because.unpaired : because[state]
}

/** A past change of the state in a sentence. */
export const changeSentence = (
  t: DeviceTexts,
  change: { state: State; code: number | null; reason: string },
  paired: boolean,
): string => meaning(t, { ...change, paired, desired: 'offline' })

const clockOf = ({ date }: Formats, at: string, nowMs: number): string => {
  const isToday = new Date(at).toDateString() === new Date(nowMs).toDateString()
  return date(at, isToday ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' })
}

/** The present state in a sentence: what happened, when, and what to do or expect. */
export const stateSentence = (t: DeviceTexts, formats: Formats, device: DeviceRow, nowMs: number): string => {
  const { state, explanation, stateAt, nextRetryAt, restrictedUntil } = device
  const { because } = t
  if (state === 'loggedOut' && stateAt) {
    const time = clockOf(formats, stateAt, nowMs)
    if (explanation.startsWith(ASKED_FOR)) return because.loggedOutHereAt(time)
    if (device.code === 401) return because.loggedOutAt(time)
  }
  const sentence = meaning(t, { ...device, reason: explanation })
  if (state === 'waiting' && nextRetryAt) {
    const time = formats.date(nextRetryAt, { timeStyle: 'medium' })
    return `${sentence} ${because.nextTry(time)}`
  }
  if (state === 'restricted' && restrictedUntil) {
    return `${sentence} ${because.until(clockOf(formats, restrictedUntil, nowMs))}`
  }
  return sentence
}

/** Where pairing stands. */
export type PairStep = 'start' | 'preparing' | 'scan' | 'linking' | 'expired' | 'failed' | 'done'

/** WhatsApp's code when the QR codes ran out. */
const CODES_OVER = 408

/** Where the pairing of a device stands. `isLinked`: a phone has accepted it, which the state shows a moment later. */
export const pairStep = (device: Facts, isLinked: boolean): PairStep => {
  const { state, desired, paired, code } = device
  if (isOnline(device)) return 'done'
  if (state === 'failed') return 'failed'
  if (desired === 'offline') return paired ? 'done' : state === 'idle' && code === CODES_OVER ? 'expired' : 'start'
  if (paired || isLinked) return 'linking'
  return state === 'pairing' ? 'scan' : 'preparing'
}
