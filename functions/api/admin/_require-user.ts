import type { Device } from '#domains/devices/model.ts'
import { findDevice } from '#domains/devices/repo.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'

/** The device with this id in the actor's tenant. Throws `not_found` in the document's words. */
export const requireUser = async (ctx: OperationContext, id: string): Promise<Device> => {
  const device = await findDevice(ctx, id)
  if (device?.tenantId !== ctx.actor.tenantId) throw fail('not_found', { message: 'user not found' })
  return device
}
