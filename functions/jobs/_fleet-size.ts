import type { Heartbeat, Lease } from '#domains/leases/model.ts'

/** Load of one living task. */
export type TaskLoad = Pick<Heartbeat, 'task' | 'devices' | 'memory' | 'draining'>

/** What the size of the fleet is decided by. `wanted` is the number of tasks the service is told to run now. */
export type FleetSituation = {
  wanted: number
  tasks: readonly TaskLoad[]
  /** Devices a task carries when full. */
  devicesPerTask: number
  min: number
  /** The number of shards: a task beyond it would have nothing to own. */
  max: number
}

/** Part of a task's memory above which it counts as full. */
const MEMORY_FULL = 0.75
/** Load per task that growing aims at: the rest takes the devices of a task that dies. */
const AIM = 0.8
/** Load per task that must remain below after shrinking; the gap to AIM keeps the fleet from swinging. */
const SHRINK_BELOW = 0.6

/**
 * The number of tasks to run. Growth comes at once and as far as needed; shrinking goes one task at a time, and only from a
 * calm fleet (every wanted task lives, none drains), since every task that leaves costs its devices a reconnect.
 */
export const fleetSize = ({ wanted, tasks, devicesPerTask, min, max }: FleetSituation): number => {
  const load = tasks.reduce(
    (sum, { devices, memory = 0 }) => sum + Math.max(devices / devicesPerTask, memory / MEMORY_FULL),
    0,
  )
  const clamp = (count: number): number => Math.min(Math.max(count, min), Math.max(max, min))
  const needed = clamp(Math.ceil(load / AIM))
  if (needed >= wanted) return needed
  if (wanted > clamp(wanted)) return clamp(wanted)
  const isCalm = tasks.length === wanted && tasks.every(({ draining }) => !draining)
  const fits = load <= (wanted - 1) * SHRINK_BELOW
  return isCalm && fits ? clamp(wanted - 1) : wanted
}

/** Shards that no living task holds: their devices are offline. */
export const ownerlessShards = (
  shardCount: number,
  leases: ReadonlyMap<number, Lease>,
  living: ReadonlySet<string>,
): number[] =>
  Array.from({ length: shardCount }, (_, shard) => shard).filter((shard) => {
    const owner = leases.get(shard)?.owner
    return owner === undefined || !living.has(owner)
  })
