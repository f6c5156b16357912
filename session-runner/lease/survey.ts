import type { Heartbeat, Lease } from '#domains/leases/model.ts'
import type { Clock } from '#kit/clock.ts'
import { makeWatch } from './watch.ts'

type SurveyParts = { clock: Clock; task: string; shardCount: number; ttlMs: number; holds: (shard: number) => boolean }

/** What a task can tell of the others from outside: which of them live, and which shards nobody works for. */
export const makeSurvey = ({ clock, task, shardCount, ttlMs, holds }: SurveyParts) => {
  const leaseWatch = makeWatch<number>(ttlMs)
  const taskWatch = makeWatch<string>(ttlMs)
  const freeSince = new Map<number, number>()

  return {
    /** The other tasks that live and are not about to end, of those that ever showed signs of life. */
    livePeers: (beats: Heartbeat[]): Heartbeat[] => {
      const nowMs = clock.monotonicMs()
      return beats.filter((beat) => {
        if (beat.task === task) return false
        const dead = taskWatch.isDead(taskWatch.unchangedMs(beat.task, String(beat.beats), nowMs))
        return !dead && !beat.draining
      })
    },

    /** Shards without a living owner, with the milliseconds since that was first seen. */
    freeShards: (leases: Map<number, Lease>): Map<number, number> => {
      const nowMs = clock.monotonicMs()
      const free = new Map<number, number>()
      for (let shard = 0; shard < shardCount; shard += 1) {
        if (holds(shard)) {
          freeSince.delete(shard)
          continue
        }
        const lease = leases.get(shard)
        const ageMs = leaseWatch.unchangedMs(shard, lease ? `${lease.epoch}.${lease.renewals}` : '', nowMs)
        // A lease in our own name that we do not hold is one we gave up when the table was out of reach: nobody uses it.
        if (lease?.owner !== undefined && lease.owner !== task && !leaseWatch.isDead(ageMs)) {
          freeSince.delete(shard)
          continue
        }
        const since = freeSince.get(shard) ?? nowMs
        freeSince.set(shard, since)
        free.set(shard, nowMs - since)
      }
      return free
    },

    /** The shard changed hands by what this task did: what was seen of it before says nothing any more. */
    forget: (shard: number): void => {
      leaseWatch.forget(shard)
    },

    /** The shard is ours. */
    taken: (shard: number): void => {
      freeSince.delete(shard)
    },
  }
}
