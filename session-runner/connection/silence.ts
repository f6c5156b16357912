import { keepAliveRestored, keepAliveTimedOut } from '#domains/signals/events.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import type { DeviceRecord } from './device-record.ts'

/** Tells that WhatsApp gave no sign of life on a connection, and when one that does has replaced it. */
export const makeSilence = (ctx: Context, record: DeviceRecord, heardAt: () => string | undefined) => {
  let isSilent = false
  return {
    begins: (): void => {
      isSilent = true
      void record.change({}, [raise(keepAliveTimedOut, ctx.clock.nowMs(), { lastSeenAt: heardAt() })])
    },
    ends: (): void => {
      if (isSilent) void record.change({}, [raise(keepAliveRestored, ctx.clock.nowMs(), {})])
      isSilent = false
    },
  }
}
