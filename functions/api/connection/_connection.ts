import { z } from 'zod'
import { avatarOf, CONNECTION_STATES, type ConnectionState, type Device, phoneOf } from '#domains/devices/model.ts'
import { getDeviceByNumber } from '#domains/devices/repo.ts'
import { hasLogin } from '#domains/devices/status.ts'
import { mayUse } from '#domains/devices/visible.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { requireNumber } from '#kit/number-id.ts'

/** The integer that names a connection in a path. */
export const connectionParams = z.object({ id: z.string() })

/** Users and keys manage connections; the capability decides who of them. */
export const MANAGERS = ['userToken', 'apiKey'] as const

const stateName = z.enum(Object.keys(CONNECTION_STATES) as [ConnectionState, ...ConnectionState[]])

/** A connection as lists show it. */
export const connectionRow = z
  .object({
    id: z.number().int(),
    name: z.string(),
    phone: z.string().describe('E.164 with +; empty while not paired'),
    pushName: z.string(),
    avatarUrl: z.string().describe('Empty when there is none or it is not known'),
    workspace: z.string(),
    inboxId: z.number().int().nullable(),
    desired: z.enum(['online', 'offline']),
    state: stateName,
    stateAt: z.string().nullable(),
    paired: z.boolean(),
    explanation: z.string().describe('The state in a sentence: what WhatsApp or a person did, and what comes next'),
    code: z.number().int().nullable().describe("WhatsApp's last close or failure code"),
    nextRetryAt: z.string().nullable(),
    restrictedUntil: z.string().nullable(),
    lastConnectedAt: z.string().nullable(),
    createdAt: z.string(),
  })
  .meta({ id: 'ConnectionRow' })

/** A connection with what led to its state, and where its events go. */
export const connectionDetail = connectionRow
  .extend({
    transitions: z.array(
      z.object({ at: z.string(), state: stateName, code: z.number().int().nullable(), reason: z.string() }),
    ),
    webhook: z
      .object({
        url: z.string(),
        events: z.array(z.string()),
        active: z.boolean(),
        style: z.enum(['digigo', 'manager']),
      })
      .nullable(),
  })
  .meta({ id: 'ConnectionDetail' })

/** What is so in words: the reason of the last change when there is one, else what the state means. */
const explanationOf = (device: Device): string => {
  if (device.desired === 'online' && device.state === 'idle') return 'The connection is being opened.'
  return device.reason ?? CONNECTION_STATES[device.state]
}

/** A device as a row. */
export const rowOf = (device: Device, nowMs: number): z.input<typeof connectionRow> => {
  const phone = hasLogin(device) ? phoneOf(device) : undefined
  return {
    id: device.number,
    name: device.name,
    phone: phone ? `+${phone}` : '',
    pushName: device.pushName ?? '',
    avatarUrl: avatarOf(device, nowMs),
    workspace: device.workspace ?? '',
    inboxId: device.inboxId ?? null,
    desired: device.desired,
    state: device.state,
    stateAt: device.stateAt ?? null,
    paired: hasLogin(device),
    explanation: explanationOf(device),
    code: device.code ?? null,
    nextRetryAt: device.nextRetryAt ?? null,
    restrictedUntil: device.restrictedUntil ?? null,
    lastConnectedAt: device.lastConnectedAt ?? null,
    createdAt: device.createdAt,
  }
}

/** A device with its last transitions, newest first. */
export const detailOf = (device: Device, nowMs: number): z.input<typeof connectionDetail> => ({
  ...rowOf(device, nowMs),
  transitions: device.transitions
    .map(({ at, state, code, reason }) => ({ at, state, code: code ?? null, reason }))
    .sort((a, b) => b.at.localeCompare(a.at)),
  webhook: device.webhook?.url ? device.webhook : null,
})

/** The device a path names, if the actor may see it. Throws `not_found`. */
export const requireConnection = async (ctx: OperationContext, id: string): Promise<Device> => {
  const device = await getDeviceByNumber(ctx, ctx.actor.tenantId, requireNumber(id))
  if (!mayUse(ctx.actor, device)) throw fail('not_found')
  return device
}
