import type { proto } from '@whiskeysockets/baileys'
import { historyProgressKey } from '#domains/history/model.ts'
import type { InboundDevice } from '../inbound/attach.ts'
import { patiently } from '../inbound/store-message.ts'
import { isConnected, type LaneOptions, makeWork, type Outcome } from './work.ts'

type Notification = proto.Message.IHistorySyncNotification

/** Devices whose history is worked through side by side, one chunk of each at a time. */
const AT_ONCE = 2

/** Milliseconds until a chunk that could not be taken is tried again; the last of them from then on. */
const AGAIN_MS = [2_000, 10_000, 60_000, 15 * 60_000]

/**
 * The lane of history: chunks that phones send are worked through here, one after another for a device and in turn for several,
 * apart from everything that is live. What has begun goes on after a crash, a lost connection, or on another task.
 */
export const makeHistoryLane = (options: LaneOptions) => {
  const { ctx, jobs } = options
  const work = makeWork(options)
  const waiting = new Map<string, { inbound: InboundDevice; ids: string[] }>()
  const active = new Map<string, string>()
  const tries = new Map<string, number>()

  const listed = (deviceId: string): Promise<string[]> => patiently(() => jobs.list(deviceId))

  const again = async (inbound: InboundDevice, id: string): Promise<void> => {
    const name = `${inbound.device().id}/${id}`
    const tried = (tries.get(name) ?? 0) + 1
    tries.set(name, tried)
    setTimeout(() => add(inbound, [id], true), AGAIN_MS[tried - 1] ?? AGAIN_MS.at(-1)).unref()
    if (tried >= AGAIN_MS.length) await work.waits(inbound, id)
  }

  const settle = async (inbound: InboundDevice, id: string, outcome: Outcome): Promise<void> => {
    const deviceId = inbound.device().id
    if (outcome === 'again') return again(inbound, id)
    tries.delete(`${deviceId}/${id}`)
    // Left off: a connection that came meanwhile has looked for what to do already, and found it being done.
    if (outcome === 'leftOff' && !isConnected(inbound)) waiting.delete(deviceId)
    else if (!waiting.has(deviceId)) add(inbound, await listed(deviceId))
  }

  /** Puts chunks in line. One that failed before is taken only when its time has come. */
  const add = (inbound: InboundDevice, ids: readonly string[], isAgain = false): void => {
    const deviceId = inbound.device().id
    const known = waiting.get(deviceId)?.ids ?? []
    const fresh = ids.filter(
      (id) => !known.includes(id) && active.get(deviceId) !== id && (isAgain || !tries.has(`${deviceId}/${id}`)),
    )
    if (fresh.length > 0) waiting.set(deviceId, { inbound, ids: [...known, ...fresh] })
    next()
  }

  const runOne = async (inbound: InboundDevice, id: string): Promise<void> => {
    const deviceId = inbound.device().id
    try {
      const outcome = await work.run(inbound, id).catch((error: unknown): Outcome => {
        ctx.log.error('history lane failed', { deviceId, error: String(error) })
        return 'again'
      })
      active.delete(deviceId)
      await settle(inbound, id, outcome)
    } catch (error) {
      ctx.log.error('history lane failed', { deviceId, error: String(error) })
    }
    next()
  }

  const next = (): void => {
    for (const [deviceId, { inbound, ids }] of waiting) {
      if (active.size >= AT_ONCE) return
      if (active.has(deviceId)) continue
      // Behind the others again: a long history of one device holds up no other.
      waiting.delete(deviceId)
      const [id, ...rest] = ids
      if (id === undefined) continue
      if (rest.length > 0) waiting.set(deviceId, { inbound, ids: rest })
      active.set(deviceId, id)
      void runOne(inbound, id)
    }
  }

  return {
    /** Takes over a chunk that the phone has sent. When this resolves it is durable and will be worked through. */
    accept: async (inbound: InboundDevice, id: string, notification: Notification): Promise<void> => {
      const deviceId = inbound.device().id
      await patiently(() => jobs.put({ id, deviceId, at: ctx.clock.nowMs(), notification }))
      add(inbound, [id])
    },

    /** Goes on with what was left off. To be called when the device is connected. */
    resume: async (inbound: InboundDevice): Promise<void> => {
      const deviceId = inbound.device().id
      for (const name of [...tries.keys()]) if (name.startsWith(`${deviceId}/`)) tries.delete(name)
      add(inbound, await listed(deviceId))
    },

    /** The login ended: what is left of its history is nobody's. */
    forget: async (deviceId: string): Promise<void> => {
      waiting.delete(deviceId)
      await jobs.forget(deviceId)
      await ctx.main.remove(historyProgressKey(deviceId))
    },

    busy: (): number => active.size + [...waiting.values()].reduce((sum, { ids }) => sum + ids.length, 0),
  }
}

/** Works through the history of the devices of a task. */
export type HistoryLane = ReturnType<typeof makeHistoryLane>
