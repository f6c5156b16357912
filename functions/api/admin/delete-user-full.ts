import { z } from 'zod'
import { sessionTable } from '#data/tables.ts'
import {
  carryOnPurge,
  findPendingPurge,
  type PendingPurge,
  pendingPurgeWrite,
  widenPurge,
} from '#domains/devices/purge.ts'
import { logOutAndRemove } from '#domains/devices/remove.ts'
import { mediaBucket } from '#domains/media/bucket.ts'
import { answer, defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { requireUser } from './_require-user.ts'

/** Milliseconds for the whole deletion: a little less than a request may take. */
const TIME_MS = 26_000

export const operation = defineOperation({
  key: 'digigo DELETE /admin/users/{id}/full',
  group: 'Admin',
  summary: 'Delete a user with session, S3 and RabbitMQ data',
  description:
    'Ends the login at WhatsApp, then deletes the user with its session, conversations, messages and media. Answers 202 when there was ' +
    'more to delete than one request can; repeated, it goes on.',
  auth: ['adminToken'],
  input: { params: z.object({ id: z.string() }) },
  output: z.object({
    data: z.object({ id: z.string(), jid: z.string(), name: z.string() }),
    details: z.string(),
  }),
  envelope: 'merged',
  errors: ['unauthenticated', 'not_found', 'try_again'],
  needs: { main: 'readWrite', session: 'readWrite', commands: 'send', media: 'readWrite' },
  handler: async (ctx, { params }) => {
    const endMs = ctx.clock.monotonicMs() + TIME_MS
    const pending = await deleteOnce(ctx, params.id)
    const data = { id: pending.deviceId, jid: pending.jid ?? '', name: pending.name }
    if (await purge(ctx, pending, endMs)) return { data, details: 'User instance removed completely' }
    const details =
      'User instance removed; not all of its stored messages and media are deleted yet. Repeat the request.'
    return answer({ status: 202, body: { data, details } })
  },
})

/** Logs out and deletes the device; for one that was deleted before, gives the purge that is still to be done. */
const deleteOnce = async (ctx: OperationContext, id: string): Promise<PendingPurge> => {
  const before = await findPendingPurge(ctx, ctx.actor.tenantId, id)
  if (before) return before.only === undefined ? before : widenPurge(ctx, before)
  const device = await requireUser(ctx, id)
  await logOutAndRemove(ctx, commandPort(), device, [pendingPurgeWrite(device)])
  return { deviceId: device.id, tenantId: device.tenantId, name: device.name, jid: device.jid }
}

/** False when there is more to do; a failure counts as that, since the device itself is gone already. */
const purge = async (ctx: OperationContext, pending: PendingPurge, endMs: number): Promise<boolean> => {
  try {
    return await carryOnPurge(ctx, { ...mediaBucket(), session: sessionTable() }, pending, endMs)
  } catch (error) {
    ctx.log.error('a deleted device has data left', { deviceId: pending.deviceId, error: String(error) })
    return false
  }
}
