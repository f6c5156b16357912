import type { Heartbeat, Lease, Renewal } from '#domains/leases/model.ts'

/** The lease table as the coordinator uses it; `#domains/leases/repo.ts` over DynamoDB, a model of it in property tests. */
export type LeaseStore = {
  leases: () => Promise<Map<number, Lease>>
  acquire: (shard: number, observed: Lease | undefined) => Promise<Lease | undefined>
  renew: (lease: Lease) => Promise<Renewal>
  release: (lease: Lease) => Promise<boolean>
  beat: (beat: Heartbeat) => Promise<void>
  beats: () => Promise<Heartbeat[]>
  leave: () => Promise<void>
}

/** A held shard as its users see it: `valid()` must hold at every send and every write of Signal state. */
export type Grant = { shard: number; epoch: number; owner: string; valid: () => boolean }

/** What happens with shards. `lost` ends everything of the shard at once; `paused` stops writes, the sockets stay. */
export type LeaseEvents = {
  acquired: (grant: Grant) => void
  paused: (shard: number) => void
  lost: (shard: number, why: string) => Promise<void>
  /** Closes everything of a shard in good order, before its lease is given away. */
  handOver: (shard: number) => Promise<void>
}
