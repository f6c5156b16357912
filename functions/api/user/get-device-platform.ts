import { z } from 'zod'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { liveErrors, liveNeeds, refuse } from './_live.ts'
import { ownDevices } from './_own-devices.ts'

export const operation = defineOperation({
  key: 'digigo POST /device/platform',
  group: 'Device',
  summary: 'Platform name of a device',
  description: 'Of a device of the own account; 0 is the phone.',
  auth: ['deviceToken'],
  input: { body: z.object({ device_id: z.number().int().nonnegative().optional().describe('Required.') }) },
  output: z.object({ success: z.literal(true), device_id: z.number().int(), platform: z.string() }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed', 'not_found'],
  needs: liveNeeds,
  examples: { body: { device_id: 0 } },
  handler: async (ctx, { body: { device_id: id } }) => {
    if (id === undefined) throw refuse('device ID is required')
    const device = await sessionDevice(ctx, ctx.actor)
    const devices = await ownDevices(device, 'failed to retrieve device platform')
    const found = devices.find((one) => one.id === id)
    if (!found) throw fail('not_found', { message: 'The account has no device of this id.' })
    return { success: true as const, device_id: id, platform: found.platform ?? 'UNKNOWN' }
  },
})
