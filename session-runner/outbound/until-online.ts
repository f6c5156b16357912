import type { Device } from '#domains/devices/model.ts'
import type { MessageFailure } from '#domains/messages/model.ts'
import type { Clock } from '#kit/clock.ts'
import type { DeviceSession, Online } from '../connection/device-session.ts'
import { unreachable } from './failures.ts'
import type { Delivery } from './send.ts'

const WAIT_STEP_MS = 15_000

/**
 * Waits for the device's connection until `endMs` (Unix milliseconds). `giveBack` when that is asked for or the device belongs to
 * somebody else; a failure when waiting makes no sense.
 */
export const untilOnline = async (
  clock: Clock,
  session: DeviceSession,
  endMs: number,
  { giveBack, waits }: Pick<Delivery, 'giveBack' | 'waits'>,
): Promise<Online | { failure: MessageFailure } | 'giveBack'> => {
  try {
    for (;;) {
      const now = session.online()
      if (now) return now
      const device: Device = session.device()
      if (giveBack.aborted || session.isHalted()) return 'giveBack'
      const failure = unreachable(device, clock.nowMs() >= endMs)
      if (failure) return { failure }
      waits(true)
      await step(session, Math.max(50, Math.min(WAIT_STEP_MS, endMs - clock.nowMs())), giveBack)
    }
  } finally {
    waits(false)
  }
}

/** Waits for the connection, at most `ms` and not beyond the signal. */
const step = async (session: DeviceSession, ms: number, giveBack: AbortSignal): Promise<void> => {
  const waited = new AbortController()
  const given = new Promise<void>((resolve) => {
    giveBack.addEventListener('abort', () => resolve(), { once: true, signal: waited.signal })
  })
  await Promise.race([session.whenOnline(ms), given])
  waited.abort()
}
