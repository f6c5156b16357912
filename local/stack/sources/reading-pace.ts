import { setTimeout as delay } from 'node:timers/promises'
import type { TableWrites } from './table-writes.ts'

/** How often a stream is read. */
export type PaceOptions = {
  /** Milliseconds between reads while records come, and once none came for two seconds. */
  activeMs?: number | undefined
  idleMs?: number | undefined
  /** Notices writes to the tables; a reader with nothing to read then waits for the next one. */
  writes?: TableWrites | undefined
}

/** How long after a record the next ones are expected. */
const ACTIVE_FOR_MS = 2000

/** Longest rest of a reader that is told of writes. */
const LONGEST_MS = 500

/**
 * When a shard is read again. An idle stack is to cost next to nothing, and a record is to be seen as soon as one that is looked
 * for every few milliseconds: with nothing to read, the next write ends the rest. A write is noticed a little before its
 * record can be read, so reads follow it at first closely, then less and less.
 */
export class ReadingPace {
  readonly #options: PaceOptions
  #lastRecordMs = Number.NEGATIVE_INFINITY
  #writesBefore = 0

  constructor(options: PaceOptions) {
    this.#options = options
  }

  /** To be called before every read: what is written during it may be too late for it. */
  reads(): void {
    this.#writesBefore = this.#options.writes?.count ?? 0
  }

  /** To be called when a read brought records. */
  found(): void {
    this.#lastRecordMs = performance.now()
  }

  /** Waits until it is time for the next read. */
  async rest(signal: AbortSignal): Promise<void> {
    const { activeMs = 8, idleMs = 15, writes } = this.#options
    const nowMs = performance.now()
    const wait = (ms: number) => delay(ms, undefined, { signal }).catch(() => {})
    if (nowMs - this.#lastRecordMs < ACTIVE_FOR_MS) return await wait(activeMs)
    if (!writes?.works) return await wait(idleMs)
    if (writes.count !== this.#writesBefore) return await wait(activeMs)
    const quietMs = nowMs - writes.lastMs
    await writes.next(Math.min(Math.max(quietMs / 2, activeMs), LONGEST_MS), signal)
  }
}
