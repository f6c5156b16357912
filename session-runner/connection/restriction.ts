import { deviceConnected, deviceRestricted } from '#domains/devices/events.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import type { Metrics } from '../metrics.ts'
import type { DeviceRecord } from './device-record.ts'
import type { LiveSocket } from './socket.ts'

type TimeLock = { isActive?: boolean; timeEnforcementEnds?: Date }

const ASK_AGAIN_MS = 60_000

/** Milliseconds after which WhatsApp is asked whether a restriction for which it names no end still holds. */
const LOOK_AGAIN_MS = 600_000

/** A timer holds no longer than this; an end further away is looked at early. */
const LONGEST_MS = 24 * 3_600_000

/**
 * The state "restricted": WhatsApp refuses messages to people who never wrote (error 463). Sending on makes it worse, so the
 * state says so, with its end when WhatsApp names one. WhatsApp does not always tell when it is over: it is asked.
 */
export const makeRestriction = (options: {
  ctx: Context
  record: DeviceRecord
  metrics: Metrics
  socket: () => LiveSocket | undefined
}) => {
  const { ctx, record } = options
  let askedMs = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const lookLater = (until: Date | undefined): void => {
    clearTimeout(timer)
    const leftMs = until ? until.getTime() - ctx.clock.nowMs() : 0
    timer = setTimeout(() => void look(), leftMs > 0 ? Math.min(leftMs + 1000, LONGEST_MS) : LOOK_AGAIN_MS)
    timer.unref()
  }

  /** Asks WhatsApp; the client reports the answer like an announcement of it. */
  const look = async (): Promise<void> => {
    if (record.current().state !== 'restricted') return
    lookLater(undefined)
    await options
      .socket()
      ?.fetchAccountReachoutTimelock()
      .catch(() => undefined)
  }

  const restrict = async (until: Date | undefined): Promise<void> => {
    lookLater(until)
    const restrictedUntil = until && isoTime(until.getTime())
    const device = record.current()
    if (device.state === 'restricted' && device.restrictedUntil === restrictedUntil) return
    if (device.state !== 'restricted') options.metrics.count('NumberRestricted')
    await record.transition({
      state: 'restricted',
      code: 463,
      reason: 'WhatsApp refuses messages to people who have not written first.',
      event: device.state === 'restricted' ? undefined : deviceRestricted,
      set: { restrictedUntil },
    })
  }

  return {
    /** A message was refused with 463. The details are asked for at most once a minute. */
    refused: async (): Promise<void> => {
      const nowMs = ctx.clock.monotonicMs()
      if (nowMs - askedMs < ASK_AGAIN_MS) return
      askedMs = nowMs
      await restrict(undefined)
      const lock = await options
        .socket()
        ?.fetchAccountReachoutTimelock()
        .catch(() => undefined)
      if (lock?.isActive && lock.timeEnforcementEnds) await restrict(lock.timeEnforcementEnds)
    },

    /** WhatsApp announced a restriction or its end. */
    reported: async (lock: TimeLock): Promise<void> => {
      if (lock.isActive) return restrict(lock.timeEnforcementEnds)
      if (record.current().state !== 'restricted' || options.ctx.clock.monotonicMs() - askedMs < 1000) return
      clearTimeout(timer)
      await record.transition({
        state: 'online',
        reason: 'WhatsApp has lifted the restriction.',
        event: deviceConnected,
        set: { restrictedUntil: undefined },
      })
    },
  }
}
