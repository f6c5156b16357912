import { sqsClient } from '#kit/aws.ts'
import type { Context } from '#kit/context.ts'
import { fail } from '#kit/errors.ts'
import { resource } from '#kit/resources.ts'
import { findFailedDelivery } from './log.ts'
import type { EndpointRef } from './model.ts'
import { sendDeliveries } from './queue.ts'

/**
 * Queues a failed delivery again. Throws `not_found` when there is none of this event, and `conflict` when the endpoint is
 * switched off, which would drop it.
 */
export const repeatDelivery = async (
  ctx: Context,
  { ref, isActive }: { ref: EndpointRef; isActive: boolean },
  eventId: string,
): Promise<{ queued: true }> => {
  const failed = await findFailedDelivery(ctx, ref, eventId)
  if (!failed) throw fail('not_found', { message: 'There is no failed delivery of this event.' })
  if (!isActive) throw fail('conflict', { message: 'This webhook is switched off. Switch it on, then repeat.' })
  await sendDeliveries(sqsClient(), resource('DELIVERY_QUEUE_URL'), [failed], String(ctx.clock.nowMs()))
  return { queued: true }
}
