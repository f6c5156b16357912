import { delay, isoTime } from '#kit/clock.ts'
import { trustRootKey } from './connection/socket.ts'
import { startHealth } from './health.ts'
import { makeCoordinator } from './lease/coordinator.ts'
import { dynamoLeaseStore } from './lease/dynamo-lease-store.ts'
import { makeServices, type RunnerParts } from './make-services.ts'
import { makeScaleInProtection } from './scale-in-protection.ts'
import { makeShards } from './shards.ts'

/** Life-cycle states of a runner. `draining`: no new work; `stopped` and `failed` are final. */
type RunnerState = 'initialized' | 'running' | 'draining' | 'stopped' | 'failed'

const MINUTE_MS = 60_000
const PUBLISH_EVERY_MS = MINUTE_MS
/** A sweep reads every device of the task; it only finds what a lost command left undone. */
const SWEEP_EVERY_MS = 5 * MINUTE_MS
const PROBE_EVERY_MS = 90_000
const PROTECT_EVERY_MS = 30 * MINUTE_MS

/** Makes a runner; `start` takes shards and connects their devices, `drain` ends it in good order. */
export const makeRunner = (parts: RunnerParts) => {
  const { log, clock, config } = parts
  trustRootKey(config.rootKey)
  const services = makeServices(parts)
  const shards = makeShards(services, parts.sqs, parts.queueUrls)
  const protection = makeScaleInProtection(config.ecsAgentUri, log)
  const stopping = new AbortController()
  const startedAt = isoTime(clock.nowMs())
  let state: RunnerState = 'initialized'
  let health: Awaited<ReturnType<typeof startHealth>> | undefined
  let draining: Promise<void> | undefined

  const coordinator = makeCoordinator({
    store: dynamoLeaseStore(parts.session, clock, parts.task, config.shardCount),
    clock,
    log,
    task: parts.task,
    shardCount: config.shardCount,
    ttlMs: config.leaseTtlMs,
    load: () => ({
      devices: shards.devices(),
      memory: config.memoryBytes && process.memoryUsage.rss() / config.memoryBytes,
      hasRoom: shards.devices() < config.maxDevices,
    }),
    events: {
      acquired: (grant) => {
        if (coordinator.held().length === 1) void protection.protect()
        shards.acquired(grant)
      },
      paused: () => undefined,
      lost: shards.lost,
      handOver: shards.handOver,
    },
    random: Math.random,
    startedAt,
  })

  const become = (next: RunnerState): void => {
    log.info('runner state', { from: state, to: next })
    state = next
  }

  const every = async (ms: number, work: () => Promise<unknown> | unknown): Promise<void> => {
    await delay(ms, stopping.signal)
    while (!stopping.signal.aborted) {
      try {
        await work()
      } catch (error) {
        log.warn('periodic work failed', { error: String(error) })
      }
      await delay(ms * (0.9 + 0.2 * Math.random()), stopping.signal)
    }
  }

  const gauges = (): Record<string, number> => ({
    ...Object.fromEntries(Object.entries(shards.states()).map(([name, count]) => [`Sessions_${name}`, count])),
    Leases: coordinator.held().length,
    CommandsInFlight: shards.inFlight(),
    MediaWaiting: services.mediaFetcher.busy(),
    HistoryWaiting: services.history.busy(),
    ResidentBytes: process.memoryUsage.rss(),
  })

  const facts = () => ({
    healthy: state === 'running',
    state,
    task: parts.task,
    startedAt,
    devices: shards.states(),
    leases: coordinator.held(),
    commandsInFlight: shards.inFlight(),
    memory: { rssBytes: process.memoryUsage.rss(), heapBytes: process.memoryUsage().heapUsed },
    totals: services.metrics.totals(),
  })

  const drainOnce = async (): Promise<void> => {
    become('draining')
    await coordinator.drain()
    shards.stopReceiving()
    await coordinator.releaseAll()
    await services.status.settled()
    stopping.abort()
    await coordinator.stop().catch(() => undefined)
    await protection.release()
    await health?.close()
    services.metrics.publish(gauges())
    become('stopped')
  }

  return {
    state: (): RunnerState => state,
    healthPort: (): number | undefined => health?.port,
    facts,

    /** Begins to work. Throws unless the runner is new. */
    start: async (): Promise<void> => {
      if (state !== 'initialized') throw new Error(`a runner that is ${state} cannot be started`)
      health = await startHealth(config.healthPort, facts)
      await coordinator.start()
      void every(PUBLISH_EVERY_MS, () => services.metrics.publish(gauges()))
      void every(SWEEP_EVERY_MS, shards.sweep)
      void every(PROBE_EVERY_MS, shards.probe)
      void every(PROTECT_EVERY_MS, async () => {
        if (coordinator.held().length > 0) await protection.protect()
      })
      become('running')
    },

    /** Stops claiming and receiving, finishes or gives back commands, closes sockets, releases leases, signs off. */
    drain: (): Promise<void> => {
      draining ??= drainOnce()
      return draining
    },

    /** Marks the runner as beyond repair; the process ends next. */
    fail: (): void => become('failed'),
  }
}

/** A runner of device sessions. */
export type Runner = ReturnType<typeof makeRunner>
