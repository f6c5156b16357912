import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { sessionTable } from '#data/tables.ts'
import type { Heartbeat } from '#domains/leases/model.ts'
import { HEARTBEAT_KEPT_SECONDS, readHeartbeats, readLeases } from '#domains/leases/repo.ts'
import type { Context } from '#kit/context.ts'
import { defineJob } from '#kit/define-job.ts'
import { lazy } from '#kit/lazy.ts'
import { emitMetric } from '#kit/metrics.ts'
import { resource } from '#kit/resources.ts'
import { fleetSize, ownerlessShards } from './_fleet-size.ts'

/** Not among the shared clients: it is large, and no other function calls ECS. */
const ecs = lazy(() => new ECSClient({}))

/** Milliseconds without a heartbeat after which a task is left out: tasks beat several times in this. */
const SILENT_MS = 45_000

/** A stored heartbeat tells by its expiry when it was written. */
type StoredHeartbeat = Heartbeat & { expiresAt: number }

const isLiving = (beat: StoredHeartbeat, nowMs: number): boolean =>
  nowMs - (beat.expiresAt - HEARTBEAT_KEPT_SECONDS) * 1000 < SILENT_MS

/** Size of a task and limits of the fleet, from the environment. */
const limits = () => ({
  devicesPerTask: Number(process.env.MAX_DEVICES || 1000),
  min: Number(process.env.MIN_TASKS || 1),
  max: Number(process.env.SHARD_COUNT || 4),
})

/** The service's wanted number of tasks; undefined when there is no such service (yet). */
const wantedTasks = async (): Promise<number | undefined> => {
  const { services } = await ecs().send(
    new DescribeServicesCommand({ cluster: resource('CLUSTER_ARN'), services: [resource('SERVICE_NAME')] }),
  )
  const service = services?.find(({ status }) => status === 'ACTIVE')
  return service?.desiredCount
}

const scale = async (ctx: Context): Promise<void> => {
  const { max, ...size } = limits()
  const [beats, leases] = await Promise.all([
    readHeartbeats(sessionTable()) as Promise<StoredHeartbeat[]>,
    readLeases(sessionTable(), max),
  ])
  const tasks = beats.filter((beat) => isLiving(beat, ctx.clock.nowMs()))
  emitMetric('OwnerlessShards', ownerlessShards(max, leases, new Set(tasks.map(({ task }) => task))).length)

  const wanted = await wantedTasks()
  if (wanted === undefined) return ctx.log.warn('the runner service is not there')
  const next = fleetSize({ wanted, tasks, max, ...size })
  if (next === wanted) return
  ctx.log.info('fleet resized', { from: wanted, to: next, living: tasks.length })
  await ecs().send(
    new UpdateServiceCommand({
      cluster: resource('CLUSTER_ARN'),
      service: resource('SERVICE_NAME'),
      desiredCount: next,
    }),
  )
}

export const job = defineJob({
  name: 'scale-fleet',
  summary: 'Once a minute: sizes the fleet of runner tasks by devices and memory, and counts shards without an owner.',
  trigger: { kind: 'schedule', rate: 'rate(1 minute)' },
  needs: { session: 'read', fleet: 'scale' },
  timeoutSeconds: 20,
  memoryMb: 256,
  handler: (ctx) => scale(ctx),
})
