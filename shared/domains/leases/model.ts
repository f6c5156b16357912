/**
 * Who owns a shard of devices. `epoch` rises with every change of owner and fences each write of Signal state; `renewals`
 * changes with every renewal, so that others can tell a living owner from a dead one without comparing wall clocks.
 */
export type Lease = { shard: number; owner?: string; epoch: number; renewals: number }

/** What a renewal found. A transport error is none of these: the caller does not know and must not guess. */
export type Renewal = 'renewed' | 'lost' | 'missing'

/**
 * A living task as the others see it. `beats` changes with every heartbeat; `memory` is the used part of the task's memory (0 to
 * 1), where it knows how much it has.
 */
export type Heartbeat = {
  task: string
  beats: number
  shards: number
  devices: number
  memory?: number
  draining: boolean
  startedAt: string
}
