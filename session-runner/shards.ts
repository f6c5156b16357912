import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Device } from '#domains/devices/model.ts'
import { findDevice, listShardDevices } from '#domains/devices/repo.ts'
import { type Consumer, makeConsumer } from './commands/consumer.ts'
import { makeExecutor } from './commands/execute.ts'
import { type DeviceSession, makeDeviceSession } from './connection/device-session.ts'
import type { Grant } from './lease/coordinator.ts'
import { makeSender } from './outbound/send.ts'
import type { RunnerServices } from './services.ts'

type Shard = {
  grant: Grant
  consumer: Consumer
  sessions: Map<string, DeviceSession>
  opening: Map<string, Promise<DeviceSession | undefined>>
}

const DRAIN_COMMANDS_MS = 30_000

/** Everything this task does for the shards it holds: their devices' sessions and their command queues. */
export const makeShards = (services: RunnerServices, sqs: SQSClient, queueUrls: string[]) => {
  const { ctx } = services
  const shards = new Map<number, Shard>()
  const sender = makeSender(services)

  const openSession = (shard: Shard, device: Device): DeviceSession => {
    const known = shard.sessions.get(device.id)
    if (known && !known.isHalted()) return known
    const session = makeDeviceSession(services, device, shard.grant)
    shard.sessions.set(device.id, session)
    return session
  }

  const sessionOf = (shard: Shard, deviceId: string): Promise<DeviceSession | undefined> => {
    const known = shard.sessions.get(deviceId)
    if (known && !known.isHalted()) return Promise.resolve(known)
    const opening =
      shard.opening.get(deviceId) ??
      findDevice(ctx, deviceId)
        .then((device) => device && openSession(shard, device))
        .finally(() => shard.opening.delete(deviceId))
    shard.opening.set(deviceId, opening)
    return opening
  }

  /** Starts what should be online and is not: at take-over, and again and again in case a command was missed. */
  const reconcileAll = async (shard: Shard): Promise<void> => {
    const devices = await listShardDevices(ctx, shard.grant.shard)
    for (const device of devices) {
      if (!shard.grant.valid()) return
      if (device.desired !== 'online') continue
      const session = openSession(shard, device)
      const rests = ['loggedOut', 'failed'].includes(session.device().state)
      if (!session.isConnected() && !session.isRetrying() && !rests) {
        void session.reconcile().catch((error: unknown) => {
          ctx.log.error('reconcile failed', { deviceId: device.id, error: String(error) })
        })
      }
    }
  }

  const all = (): DeviceSession[] => [...shards.values()].flatMap((shard) => [...shard.sessions.values()])

  return {
    acquired: (grant: Grant): void => {
      const queueUrl = queueUrls[grant.shard]
      if (!queueUrl) throw new Error(`shard ${grant.shard} has no command queue`)
      const sessions = new Map<string, DeviceSession>()
      const shard: Shard = {
        grant,
        sessions,
        opening: new Map(),
        consumer: makeConsumer({
          ctx,
          sqs,
          queueUrl,
          valid: grant.valid,
          execute: makeExecutor(services, sender, (deviceId) => sessionOf(shard, deviceId)),
        }),
      }
      shards.set(grant.shard, shard)
      shard.consumer.start()
      void reconcileAll(shard).catch((error: unknown) => {
        ctx.log.error('devices of a shard not started', { shard: grant.shard, error: String(error) })
      })
    },

    /** The shard is somebody else's: everything ends at once, nothing is written. */
    lost: async (shardNumber: number, why: string): Promise<void> => {
      const shard = shards.get(shardNumber)
      shards.delete(shardNumber)
      services.metrics.count('LeaseLost')
      shard?.consumer.abandon()
      for (const session of shard?.sessions.values() ?? []) session.halt(why)
    },

    /** Ends a shard in good order so that another task can take it: commands, then sockets (idle first), exact state. */
    handOver: async (shardNumber: number): Promise<void> => {
      const shard = shards.get(shardNumber)
      if (!shard) return
      await shard.consumer.drain(DRAIN_COMMANDS_MS)
      await services.status.settled()
      const sessions = [...shard.sessions.values()].sort((a, b) => Number(a.isConnected()) - Number(b.isConnected()))
      await Promise.all(sessions.map((session) => session.release()))
      shards.delete(shardNumber)
    },

    stopReceiving: (): void => {
      for (const shard of shards.values()) shard.consumer.stopReceiving()
    },

    /** Looks again at every held shard's devices. */
    sweep: async (): Promise<void> => {
      for (const shard of shards.values()) await reconcileAll(shard)
    },

    /** Probes every connection, spread over the given time. */
    probe: async (): Promise<void> => {
      for (const session of all()) {
        void session.probe().catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },

    /** Devices by observed state. */
    states: (): Record<string, number> => {
      const counts: Record<string, number> = {}
      for (const session of all()) {
        const { state } = session.device()
        counts[state] = (counts[state] ?? 0) + 1
      }
      return counts
    },

    devices: (): number => all().filter((session) => session.device().desired === 'online').length,
    inFlight: (): number => [...shards.values()].reduce((sum, shard) => sum + shard.consumer.inFlight(), 0),
  }
}
