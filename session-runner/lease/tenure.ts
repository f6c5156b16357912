import type { Lease } from '#domains/leases/model.ts'
import { type Clock, inTime } from '#kit/clock.ts'
import type { Log } from '#kit/context.ts'
import type { Grant, LeaseEvents, LeaseStore } from './grant.ts'

type TenureParts = {
  store: Pick<LeaseStore, 'renew' | 'release'>
  clock: Clock
  log: Log
  task: string
  ttlMs: number
  events: LeaseEvents
  /** The shard is not ours any more, by whatever way. */
  gone: (shard: number) => void
}

type Held = { lease: Lease; renewedMs: number; paused: boolean; leaving: Promise<void> | undefined }

/**
 * The leases this task holds: renews them, notices when they are lost or have run out, and gives them back. Every decision about them
 * uses the monotonic clock from before the renewal was sent, so that the holder always believes itself expired before anybody else may.
 */
export const makeTenure = ({ store, clock, log, task, ttlMs, events, gone }: TenureParts) => {
  const held = new Map<number, Held>()

  const validAt = (entry: Held | undefined): boolean =>
    entry !== undefined && clock.monotonicMs() < entry.renewedMs + ttlMs

  const drop = async (shard: number, why: string): Promise<void> => {
    held.delete(shard)
    gone(shard)
    log.warn('lease lost', { shard, why })
    await events.lost(shard, why)
  }

  const renewOne = async (entry: Held): Promise<void> => {
    const sentMs = clock.monotonicMs()
    // A call that hangs must not hold up the next renewal.
    const outcome = await inTime(store.renew(entry.lease), ttlMs / 3)
    if (held.get(entry.lease.shard) !== entry) return
    if (outcome !== 'renewed') return drop(entry.lease.shard, outcome)
    entry.renewedMs = sentMs
    entry.paused = false
  }

  const expire = async (): Promise<void> => {
    for (const [shard, entry] of held) {
      const ageMs = clock.monotonicMs() - entry.renewedMs
      if (ageMs >= ttlMs && !entry.paused) {
        entry.paused = true
        log.warn('lease expired by our own clock: writes and sends stop', { shard })
        events.paused(shard)
      }
      if (ageMs >= 2 * ttlMs) await drop(shard, 'expired')
    }
  }

  /** Renews every held lease; an unreachable table changes nothing but lets time pass. */
  const renewAll = async (): Promise<void> => {
    await Promise.all(
      [...held.values()].map((entry) =>
        renewOne(entry).catch((error: unknown) => {
          log.warn('lease renewal got no answer', { shard: entry.lease.shard, error: String(error) })
        }),
      ),
    )
    await expire()
  }

  const handBack = async (entry: Held): Promise<void> => {
    const { shard, epoch } = entry.lease
    await events.handOver(shard)
    // Lost and taken anew meanwhile, it is another lease.
    if (held.get(shard) === entry) held.delete(shard)
    gone(shard)
    await store.release(entry.lease)
    log.info('lease given back', { shard, epoch })
  }

  /** Ends when the shard is given back, also when that was begun before. */
  const giveBack = async (shard: number): Promise<void> => {
    const entry = held.get(shard)
    if (!entry) return
    entry.leaving ??= handBack(entry)
    await entry.leaving
  }

  return {
    renewAll,
    expire,
    giveBack,

    /** Holds a lease from now on; `sentMs` is when it was asked for. */
    hold: (lease: Lease, sentMs: number): Grant => {
      const { shard, epoch } = lease
      const entry: Held = { lease, renewedMs: sentMs, paused: false, leaving: undefined }
      held.set(shard, entry)
      return { shard, epoch, owner: task, valid: () => held.get(shard) === entry && validAt(entry) }
    },

    has: (shard: number): boolean => held.has(shard),
    shards: (): number[] => [...held.keys()],
    valid: (shard: number): boolean => validAt(held.get(shard)),
  }
}
