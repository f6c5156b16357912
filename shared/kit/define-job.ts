import type { Context } from './context.ts'
import type { Needs } from './resources.ts'

/**
 * One function that is not an HTTP operation nor an event subscriber: `schedule` runs it by the clock, `queue` lets it
 * consume a queue of `infra/`, `pipe` makes it the enrichment of the event pipe, neither means it is invoked by name
 * (set-up). Infrastructure derives function, trigger, grants, dead-letter queue and alarms.
 */
export type Job = {
  name: string
  summary: string
  trigger:
    | { kind: 'schedule'; rate: string }
    | { kind: 'queue'; queue: 'deliveries' | 'commandsDead' | 'mails'; batchSize: number }
    | { kind: 'pipe' }
    | { kind: 'socket' }
    | { kind: 'manual' }
  needs: Needs
  timeoutSeconds?: number
  memoryMb?: number
  handler: (ctx: Context, event: unknown) => Promise<unknown>
}

/** Declares a job. */
export const defineJob = (job: Job): Job => job

/** Thrown by a queue job that has postponed its record: it comes again, and nobody need look at it. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater'
}
