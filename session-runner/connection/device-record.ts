import type { OutboxEvent } from '#data/outbox.ts'
import { isRefusedForGood } from '#data/refused.ts'
import { CONNECTION_STATES, type ConnectionState, type Device, TRANSITIONS_KEPT } from '#domains/devices/model.ts'
import { changeDevice, type DeviceChange, findDevice, observedBy } from '#domains/devices/repo.ts'
import { delay, isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import type { Grant } from '../lease/coordinator.ts'

/** A change of the observed state. */
export type Change = {
  state: ConnectionState
  reason?: string
  code?: number
  event?: { type: string }
  /** What the event says beside the device's own facts. */
  facts?: Record<string, unknown>
  set?: DeviceChange['set']
}

/** Milliseconds before a write is tried again: doubling, at most five seconds. */
const FIRST_MS = 200
const LONGEST_MS = 5_000

/**
 * The device item as its owner sees and writes it. Writes are fenced by the epoch and happen one after another, each until it
 * succeeds or the grant ends, so that the item never keeps a state that is over; a refused one means that the device is somebody
 * else's (`lost`). `deleted` is called when a write meets a device that was deleted, of which nothing is written then.
 */
export const makeDeviceRecord = (
  ctx: Context,
  first: Device,
  grant: Grant,
  { lost, deleted }: { lost: (why: string) => void; deleted: () => void },
) => {
  let device = first
  /** The newest state, while its write waits for others. */
  let ahead: ConnectionState | undefined
  let waiting = 0
  let turn: Promise<void> = Promise.resolve()

  const writeOnce = async (change: DeviceChange): Promise<void> => {
    const next = await changeDevice(ctx, device.id, {
      ...change,
      set: { ...change.set, owner: grant.owner, epoch: grant.epoch },
      condition: observedBy(grant.epoch),
    })
    if (next) device = next
    else if (await findDevice(ctx, device.id)) lost('the device has another owner')
    else deleted()
  }

  const persist = async (changeOf: () => DeviceChange): Promise<void> => {
    const change = changeOf()
    for (let waitMs = FIRST_MS; ; waitMs = Math.min(LONGEST_MS, 2 * waitMs)) {
      try {
        return await writeOnce(change)
      } catch (error) {
        ctx.log.error('device state not written', { deviceId: device.id, error: String(error) })
        if (isRefusedForGood(error)) return
      }
      await delay(waitMs)
      // Whoever has the device next writes what it sees.
      if (!grant.valid()) return
    }
  }

  /** Queues a write; what it is depends on the device as the writes before have left it. */
  const write = (changeOf: () => DeviceChange): Promise<void> => {
    waiting += 1
    turn = turn
      .then(() => persist(changeOf))
      .finally(() => {
        waiting -= 1
        if (waiting === 0) ahead = undefined
      })
    return turn
  }

  return {
    current: (): Device => (ahead ? { ...device, state: ahead } : device),

    /** Reads the item again; undefined when the device is gone. */
    refresh: async (): Promise<Device | undefined> => {
      const found = await findDevice(ctx, device.id)
      if (found) device = found
      return found
    },

    /** Writes a new observed state with its transition and event. */
    transition: (change: Change): Promise<void> => {
      const at = isoTime(ctx.clock.nowMs())
      const { state, code, event, facts, set, reason = CONNECTION_STATES[state] } = change
      const entry = { at, state, code, reason, owner: grant.owner }
      ahead = state
      return write(() => {
        const transitions = [entry, ...(device.transitions ?? [])].slice(0, TRANSITIONS_KEPT)
        return {
          set: { state, reason, code, stateAt: at, transitions, ...set },
          events: event ? [raise(event, ctx.clock.nowMs(), facts)] : undefined,
        }
      })
    },

    /** Writes facts that do not change the state. */
    change: (set: DeviceChange['set'], events?: OutboxEvent[]): Promise<void> => write(() => ({ set, events })),
  }
}

/** The device item in the hands of its owner. */
export type DeviceRecord = ReturnType<typeof makeDeviceRecord>
