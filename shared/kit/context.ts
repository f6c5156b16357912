import type { Table } from '#data/table.ts'
import type { Clock } from './clock.ts'

/** A structured log; fields never carry personal data or secrets. */
export type Log = {
  debug: (message: string, fields?: Record<string, unknown>) => void
  info: (message: string, fields?: Record<string, unknown>) => void
  warn: (message: string, fields?: Record<string, unknown>) => void
  error: (message: string, fields?: Record<string, unknown>) => void
}

/** What domain functions get as their first argument: time, log and the stores, nothing ambient. */
export type Context = { clock: Clock; log: Log; main: Table }
