import { z } from 'zod'
import { listDevicesOf } from '#domains/contacts/people.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import type { OperationContext } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, personJid, refuse } from './_live.ts'

const MOST = 100

/** Whose devices are asked for. */
export const devicesInput = z.object({
  jids: z
    .array(z.string())
    .max(MOST, `has at most ${MOST} users`)
    .optional()
    .describe('Required. JIDs, phone numbers or LIDs of users'),
})

/** Devices of users, as two operations show them. */
export const devicesOutput = z.object({
  success: z.literal(true),
  devices: z.array(
    z.object({
      jid: z.string(),
      devices: z.array(
        z.object({
          device_id: z.number().int().describe('0 for the phone'),
          platform: z.string().describe('UNKNOWN where WhatsApp does not tell it, as for all devices of others'),
        }),
      ),
    }),
  ),
  total_users: z.number().int(),
  total_devices: z.number().int(),
})

/** The devices of users; one that WhatsApp does not know has none. */
export const userDevices = async (
  ctx: OperationContext,
  jids: readonly string[] | undefined,
  waitMs?: number,
): Promise<z.input<typeof devicesOutput>> => {
  if (!jids || jids.length === 0) throw refuse('user JIDs are required')
  const asked = jids.map((jid) => personJid(jid, `invalid user JID: ${jid}`))
  const device = await sessionDevice(ctx, ctx.actor)
  const found = await documented('failed to retrieve user devices', listDevicesOf(commandPort(), device, asked, waitMs))
  return {
    success: true,
    devices: found.map(({ jid, devices }) => ({
      jid,
      devices: devices.map(({ id, platform }) => ({ device_id: id, platform: platform ?? 'UNKNOWN' })),
    })),
    total_users: found.length,
    total_devices: found.reduce((total, { devices }) => total + devices.length, 0),
  }
}
