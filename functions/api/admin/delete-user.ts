import { z } from 'zod'
import { sessionTable } from '#data/tables.ts'
import { findPendingPurge, finishLoginPurge, type PendingPurge, pendingPurgeWrite } from '#domains/devices/purge.ts'
import { removeDevice } from '#domains/devices/remove.ts'
import { defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { requireUser } from './_require-user.ts'

export const operation = defineOperation({
  key: 'digigo DELETE /admin/users/{id}',
  group: 'Admin',
  summary: 'Delete a user record',
  description:
    'The token stops working, the connection is closed and the keys of its login are deleted; messages and media stay. WhatsApp is not ' +
    'told, so the phone lists the device until it is removed there. See also DELETE /admin/users/{id}/full.',
  auth: ['adminToken'],
  input: { params: z.object({ id: z.string() }) },
  output: z.object({ data: z.object({ id: z.string() }), details: z.string() }),
  envelope: 'merged',
  errors: ['unauthenticated', 'not_found'],
  needs: { main: 'readWrite', session: 'readWrite', commands: 'send' },
  handler: async (ctx, { params }) => {
    const pending = await deleteOnce(ctx, params.id)
    await finishLoginPurge(ctx, sessionTable(), pending)
    return { data: { id: pending.deviceId }, details: 'User deleted successfully' }
  },
})

/** Deletes the device; for one that was deleted before, gives what is left of that to do. */
const deleteOnce = async (ctx: OperationContext, id: string): Promise<PendingPurge> => {
  const before = await findPendingPurge(ctx, ctx.actor.tenantId, id)
  if (before?.only === 'login') return before
  const device = await requireUser(ctx, id)
  await removeDevice(ctx, commandPort(), device, [pendingPurgeWrite(device, 'login')])
  return { deviceId: device.id, tenantId: device.tenantId, name: device.name, only: 'login' }
}
