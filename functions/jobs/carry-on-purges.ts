import { sessionTable } from '#data/tables.ts'
import { carryOnPurge, listPendingPurges, type PurgePorts } from '#domains/devices/purge.ts'
import { mediaBucket } from '#domains/media/bucket.ts'
import type { Context } from '#kit/context.ts'
import { defineJob } from '#kit/define-job.ts'

/** Milliseconds of work in one run; the function may take a little longer. */
const RUN_MS = 240_000

/**
 * Carries on the purges of deleted devices that a request could not finish. Each gets its turn, and one that fails holds up none
 * of the others: it is pending still, and the next run meets it again. Gives the number that is done and that is left.
 */
export const carryOnPurges = async (ctx: Context, ports: PurgePorts): Promise<{ done: number; left: number }> => {
  const endMs = ctx.clock.monotonicMs() + RUN_MS
  const pending = await listPendingPurges(ctx)
  let done = 0
  for (const purge of pending) {
    if (ctx.clock.monotonicMs() >= endMs) break
    try {
      if (await carryOnPurge(ctx, ports, purge, endMs)) done += 1
    } catch (error) {
      ctx.log.error('a purge of a deleted device failed', { deviceId: purge.deviceId, error: String(error) })
    }
  }
  return { done, left: pending.length - done }
}

export const job = defineJob({
  name: 'carry-on-purges',
  summary: 'Every quarter of an hour: deletes what is left of devices whose full deletion took longer than a request.',
  trigger: { kind: 'schedule', rate: 'rate(15 minutes)' },
  needs: { main: 'readWrite', session: 'readWrite', media: 'readWrite' },
  timeoutSeconds: 270,
  handler: (ctx) => carryOnPurges(ctx, { ...mediaBucket(), session: sessionTable() }),
})
