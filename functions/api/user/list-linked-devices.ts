import { z } from 'zod'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { liveErrors, liveNeeds } from './_live.ts'
import { ownDevices } from './_own-devices.ts'

export const operation = defineOperation({
  key: 'digigo GET /device/linked',
  group: 'Device',
  summary: 'Linked devices of the session',
  description:
    'All devices of the account; 0 is the phone. WhatsApp tells kind and connection of no other device: `platform` is UNKNOWN then, and `connected` absent.',
  auth: ['deviceToken'],
  input: {},
  output: z.object({
    success: z.literal(true),
    linked_devices: z.array(
      z.object({ device_id: z.number().int(), platform: z.string(), connected: z.boolean().optional() }),
    ),
    count: z.number().int(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: liveErrors,
  needs: liveNeeds,
  handler: async (ctx) => {
    const device = await sessionDevice(ctx, ctx.actor)
    const devices = await ownDevices(device, 'failed to retrieve linked devices')
    return {
      success: true as const,
      linked_devices: devices.map(({ id, platform, connected }) => ({
        device_id: id,
        platform: platform ?? 'UNKNOWN',
        connected,
      })),
      count: devices.length,
    }
  },
})
