import type { Lease } from '#domains/leases/model.ts'
import { type Clock, delay } from '#kit/clock.ts'
import type { Log } from '#kit/context.ts'
import type { LeaseEvents, LeaseStore } from './grant.ts'
import { planLeases } from './plan.ts'
import { makeSurvey } from './survey.ts'
import { makeTenure } from './tenure.ts'

export type { Grant, LeaseStore } from './grant.ts'

type CoordinatorOptions = {
  store: LeaseStore
  clock: Clock
  log: Log
  task: string
  shardCount: number
  ttlMs: number
  load: () => { devices: number; memory?: number; hasRoom: boolean }
  events: LeaseEvents
  random: () => number
  startedAt: string
}

/** Decides which leases this task takes, and when it gives one away; what it holds is in its tenure. */
export const makeCoordinator = (options: CoordinatorOptions) => {
  const { store, clock, log, ttlMs } = options
  const tenure = makeTenure({ ...options, gone: (shard) => survey.forget(shard) })
  const survey = makeSurvey({ ...options, holds: tenure.has })
  const stopping = new AbortController()
  let beats = 0
  let draining = false

  const heartbeat = (): Promise<void> => {
    beats += 1
    const { devices, memory } = options.load()
    return store.beat({
      task: options.task,
      beats,
      shards: tenure.shards().length,
      devices,
      memory,
      draining,
      startedAt: options.startedAt,
    })
  }

  const take = async (shard: number, observed: Lease | undefined): Promise<void> => {
    const sentMs = clock.monotonicMs()
    const lease = await store.acquire(shard, observed)
    if (!lease) return
    if (draining) return void (await store.release(lease))
    const grant = tenure.hold(lease, sentMs)
    survey.taken(shard)
    log.info('lease acquired', { shard, epoch: lease.epoch })
    options.events.acquired(grant)
  }

  /** One look at all leases and tasks, and what follows from it. */
  const claim = async (): Promise<void> => {
    if (draining) return
    const [leases, beats] = await Promise.all([store.leases(), store.beats()])
    const plan = planLeases(
      {
        held: tenure.shards(),
        free: survey.freeShards(leases),
        shardCount: options.shardCount,
        peers: survey.livePeers(beats),
        ttlMs,
        hasRoom: options.load().hasRoom,
      },
      options.random,
    )
    for (const shard of plan.take) if (!draining) await take(shard, leases.get(shard))
    if (plan.giveAway !== undefined) await tenure.giveBack(plan.giveAway)
  }

  const loop = async (everyMs: number, work: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await work().catch((error: unknown) => log.warn('lease loop failed', { error: String(error) }))
      await delay(everyMs * (0.85 + 0.3 * options.random()), stopping.signal)
    }
  }

  return {
    renewAll: tenure.renewAll,
    claim,
    heartbeat,
    expire: tenure.expire,
    held: tenure.shards,
    valid: tenure.valid,
    isDraining: (): boolean => draining,

    /** Publishes the first heartbeat and starts the loops; they end with `stop`. */
    start: async (): Promise<void> => {
      await heartbeat()
      void loop(ttlMs / 3, tenure.renewAll)
      void loop(ttlMs / 3, heartbeat)
      // Expiry is looked at more often than it can happen: a renewal that hangs must not delay it.
      void loop(Math.max(50, ttlMs / 15), tenure.expire)
      void loop(ttlMs / 6, claim)
    },

    /** From now on nothing is taken. Renewals go on until `stop`. */
    drain: async (): Promise<void> => {
      draining = true
      await heartbeat().catch(() => undefined)
    },

    /** Gives every lease back, each after its shard was closed, then leaves. */
    releaseAll: async (): Promise<void> => {
      draining = true
      const given = tenure.shards().map((shard) =>
        // One that cannot be given back runs out by itself; it must not cut short the hand-over of the others.
        tenure
          .giveBack(shard)
          .catch((error: unknown) => log.warn('lease not given back', { shard, error: String(error) })),
      )
      await Promise.all(given)
    },

    /** Ends the loops and removes the heartbeat. */
    stop: async (): Promise<void> => {
      stopping.abort()
      await store.leave()
    },
  }
}

/** Takes, renews and gives back leases. */
export type Coordinator = ReturnType<typeof makeCoordinator>
