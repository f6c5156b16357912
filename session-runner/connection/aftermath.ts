import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import type { Grant } from '../lease/coordinator.ts'
import type { Metrics } from '../metrics.ts'
import type { DeviceRecord } from './device-record.ts'
import { backOffMs, type DisconnectAction, makeReplacedWindow } from './disconnects.ts'
import type { Login } from './login.ts'

type AftermathParts = {
  ctx: Context
  metrics: Metrics
  grant: Grant
  record: DeviceRecord
  login: Login
  halted: () => boolean
  halt: (why: string) => void
  connect: () => Promise<void>
  /** Tells those who wait for the device that it will not come online by itself. */
  wake: () => void
}

/** Carries out what follows from the end of a connection: another attempt now or later, or none. */
export const makeAftermath = (parts: AftermathParts) => {
  const { ctx, metrics, grant, record, login, halted, halt, connect, wake } = parts
  const replaced = makeReplacedWindow()
  let attempts = 0
  let timer: NodeJS.Timeout | undefined

  const cancel = (): void => {
    clearTimeout(timer)
    timer = undefined
  }

  const retry = (action: DisconnectAction, code: number, waitMs?: number): void => {
    if (halted() || record.current().desired !== 'online') return
    attempts += 1
    metrics.count('Reconnects')
    const inMs = waitMs ?? backOffMs(attempts, Math.random)
    cancel()
    timer = setTimeout(() => {
      timer = undefined
      void connect()
    }, inMs)
    const nextRetryAt = isoTime(ctx.clock.nowMs() + inMs)
    const { reason, event, facts } = action
    // A code dies with the connection it was made for.
    const set = { nextRetryAt, reconnectAttempts: attempts, qr: undefined, pairing: undefined }
    void record.transition({ state: 'waiting', reason, code: code || undefined, event, facts, set })
  }

  const follow = async (action: DisconnectAction, code: number): Promise<void> => {
    const { event, facts, state, reason } = action
    const shown = { qr: undefined, pairing: undefined, nextRetryAt: undefined }
    switch (action.next) {
      case 'now':
        return connect()
      case 'backOff':
        return retry(action, code)
      case 'yield': {
        // Somebody else logged in with our credentials. If the shard is not ours any more it is the new owner: leave it.
        if (!grant.valid()) return halt('another task owns the device')
        return retry(action, code, replaced.note(ctx.clock.monotonicMs()))
      }
      case 'forget':
      case 'pairingOver':
        if (action.next === 'forget') await login.forget()
        await record.transition({ state, reason, code, event, facts, set: { ...shown, desired: 'offline' } })
        return wake()
      case 'stop':
        await record.transition({ state, reason, code, event, facts, set: shown })
        return wake()
    }
  }

  return {
    follow,
    retry,
    cancel,
    /** The next attempt counts as the first again. */
    startOver: (): void => {
      attempts = 0
    },
    /** Whether another attempt is planned. */
    isWaiting: (): boolean => timer !== undefined,
  }
}
