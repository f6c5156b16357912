import type { Table } from '#data/table.ts'
import {
  acquireLease,
  readHeartbeats,
  readLeases,
  releaseLease,
  removeHeartbeat,
  renewLease,
  writeHeartbeat,
} from '#domains/leases/repo.ts'
import type { Clock } from '#kit/clock.ts'
import type { LeaseStore } from './coordinator.ts'

/** The lease store of one task over the session table. */
export const dynamoLeaseStore = (session: Table, clock: Clock, task: string, shardCount: number): LeaseStore => ({
  leases: () => readLeases(session, shardCount),
  acquire: (shard, observed) => acquireLease(session, shard, task, observed, clock.nowMs()),
  renew: (lease) => renewLease(session, lease),
  release: (lease) => releaseLease(session, lease),
  beat: (beat) => writeHeartbeat(session, beat, clock.nowMs()),
  beats: () => readHeartbeats(session),
  leave: () => removeHeartbeat(session, task),
})
