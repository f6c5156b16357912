import { absent, type Key } from '#data/expressions.ts'
import { ttlIn } from '#data/schema.ts'
import type { Table } from '#data/table.ts'
import type { Heartbeat, Lease, Renewal } from './model.ts'

const leaseKey = (shard: number): Key => ({ pk: `LEASE#${shard}`, sk: 'META' })
const TASKS = 'TASKS'
const taskKey = (task: string): Key => ({ pk: TASKS, sk: `TASK#${task}` })

/** Seconds after which the heartbeat of a dead task is cleaned up; liveness itself is judged by watching `beats`. */
export const HEARTBEAT_KEPT_SECONDS = 3600

/** All leases that exist, by shard. */
export const readLeases = async (session: Table, shardCount: number): Promise<Map<number, Lease>> => {
  const keys = Array.from({ length: shardCount }, (_, shard) => leaseKey(shard))
  const found = await session.getMany<Lease>(keys)
  return new Map(found.map((lease) => [lease.shard, lease]))
}

/**
 * Takes a shard in the state it was observed in (undefined: nobody ever had it); undefined when somebody was faster. The
 * epoch starts at the wall clock's seconds, so that a lease item that was lost, or a device that moved to another shard,
 * never meets an epoch below one it wrote with before.
 */
export const acquireLease = async (
  session: Table,
  shard: number,
  owner: string,
  observed: Lease | undefined,
  nowMs: number,
): Promise<Lease | undefined> => {
  const epoch = Math.max((observed?.epoch ?? 0) + 1, Math.floor(nowMs / 1000))
  const outcome = await session.update<Lease>(leaseKey(shard), {
    set: { shard, owner, epoch, renewals: 0 },
    condition: observed
      ? {
          text: '#epoch = :seenEpoch AND #renewals = :seenRenewals',
          values: { seenEpoch: observed.epoch, seenRenewals: observed.renewals },
        }
      : absent,
  })
  return 'item' in outcome ? { shard, owner, epoch, renewals: 0 } : undefined
}

const heldBy = (lease: Lease) => ({
  text: '#owner = :owner AND #epoch = :epoch',
  values: { owner: lease.owner, epoch: lease.epoch },
})

/** Renews a held lease. Throws when the table cannot be reached: then nothing is known. */
export const renewLease = async (session: Table, lease: Lease): Promise<Renewal> => {
  const outcome = await session.update<Lease>(leaseKey(lease.shard), {
    add: { renewals: 1 },
    condition: heldBy(lease),
    returns: 'none',
  })
  if ('item' in outcome) return 'renewed'
  return outcome.lost ? 'lost' : 'missing'
}

/** Gives a held lease back at once; the epoch stays. False when it was not held any more. */
export const releaseLease = async (session: Table, lease: Lease): Promise<boolean> => {
  const outcome = await session.update(leaseKey(lease.shard), {
    remove: ['owner'],
    add: { renewals: 1 },
    condition: heldBy(lease),
    returns: 'none',
  })
  return 'item' in outcome
}

/** Says that a task lives, with its load. */
export const writeHeartbeat = async (session: Table, beat: Heartbeat, nowMs: number): Promise<void> => {
  await session.put({ ...taskKey(beat.task), ...beat, expiresAt: ttlIn(HEARTBEAT_KEPT_SECONDS, nowMs) })
}

/** The heartbeats of all tasks, dead ones of the last hour included: callers watch `beats`. */
export const readHeartbeats = async (session: Table): Promise<Heartbeat[]> => {
  const { items } = await session.query<Heartbeat>({ pk: TASKS, prefix: 'TASK#' })
  return items
}

/** Removes a task that ends in good order. */
export const removeHeartbeat = async (session: Table, task: string): Promise<void> => {
  await session.remove(taskKey(task))
}
