import type { Key } from '#data/expressions.ts'

/** Kinds of history in the order of WhatsApp's numbers for them. */
export const HISTORY_KINDS = [
  'initial',
  'status',
  'full',
  'recent',
  'names',
  'more',
  'onDemand',
  'none',
  'access',
  'other',
] as const

/** A kind of history. */
export type HistoryKind = (typeof HISTORY_KINDS)[number]

/** The kind of a number; one that WhatsApp adds later is `other`. */
export const historyKind = (number: number): HistoryKind => HISTORY_KINDS[number] ?? 'other'

/** How far the history of a device is: the chunk that came last. */
export type HistoryProgress = {
  tenantId: string
  deviceId: string
  kind: HistoryKind
  /** `waiting`: it goes on with the next connection. `failed`: this chunk was given up. */
  state: 'running' | 'done' | 'waiting' | 'failed'
  chunk: number
  /** Per cent, as the phone says. */
  progress?: number
  requestId?: string
  /** Messages that the history has brought to this login so far. Each interruption may leave up to a part of them (25) uncounted. */
  messages?: number
  error?: string
  updatedAt: string
}

/** Key of a device's progress. */
export const historyProgressKey = (deviceId: string): Key => ({ pk: `D#${deviceId}`, sk: 'HISTORY' })

/** Key of the note by which the phone's answer to a request is known: WhatsApp's id of the request. */
export const historyRequestKey = (deviceId: string, sessionId: string): Key => ({
  pk: `D#${deviceId}`,
  sk: `HR#${sessionId}`,
})

/** Partition of a device's history that is still to be worked through, in the table of sessions. */
export const historyJobs = (deviceId: string): string => `HJ#${deviceId}`

/** Partition of what the phone said about it: where it lies, or the history itself when it is small. */
export const historyBytes = (deviceId: string): string => `HB#${deviceId}`
