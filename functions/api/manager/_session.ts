import { z } from 'zod'
import { findDeviceByToken, ownDevice } from '#domains/devices/lookup.ts'
import { type Device, isOnline, phoneOf } from '#domains/devices/model.ts'
import { hasLogin } from '#domains/devices/status.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'

/** A session token as the Manager's clients choose it. */
export const sessionToken = z
  .string()
  .regex(/^[!-~]+$/, 'has visible ASCII characters only')
  .min(8, 'has at least 8 characters')
  .max(255)

/** The session token that names what an operation is about. */
export const tokenQuery = z.object({ token: z.string().min(1) })

/** What operations 1 to 8 accept: the API key, or the session token itself. */
export const EITHER = ['managerKey', 'sessionToken'] as const

/** The session a token names, if the actor may use it; undefined for an unknown one. */
export const findSession = (ctx: OperationContext, token: string): Promise<Device | undefined> =>
  ctx.actor.deviceId === undefined ? findDeviceByToken(ctx, ctx.actor.tenantId, token) : ownDevice(ctx, ctx.actor)

/** The session a token names. Throws `not_found`. */
export const requireSession = async (ctx: OperationContext, token: string): Promise<Device> => {
  const device = await findSession(ctx, token)
  if (!device) throw fail('not_found', { message: 'The token is not known.' })
  return device
}

/** Who a session is, as the Manager document shows it. */
export const sessionInfo = z.object({
  status: z.boolean(),
  message: z.enum(['AUTHENTICATED', 'DISCONNECTED']),
  name: z.string(),
  phone: z.string(),
  pic: z.string(),
  data: z.object({ id: z.string(), lid: z.string(), name: z.string() }),
  state: z.string(),
  reason: z.string(),
})

/** The state of a session in the document's words, with the reason behind it. */
export const infoOf = (device: Device): z.input<typeof sessionInfo> => {
  const name = device.pushName ?? device.name
  const isAuthenticated = isOnline(device)
  return {
    status: isAuthenticated,
    message: isAuthenticated ? 'AUTHENTICATED' : 'DISCONNECTED',
    name,
    phone: (hasLogin(device) && phoneOf(device)) || '',
    pic: device.avatarUrl ?? '',
    data: { id: device.jid ?? '', lid: device.lid ?? '', name },
    state: device.state,
    reason: device.reason ?? '',
  }
}
