import { z } from 'zod'
import { isOnline } from '#domains/devices/model.ts'
import { showDevice, shownDevice } from '#domains/devices/show-ceox.ts'
import { hasLogin } from '#domains/devices/status.ts'
import { visibleDevices } from '#domains/devices/visible.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'ceox GET /api/v1/wa/status',
  group: 'devices',
  summary: 'State of the WhatsApp transport',
  auth: ['apiKey', 'userToken'],
  input: {},
  output: z.object({
    transport: z.object({
      kind: z.literal('web'),
      status: z.enum(['connected', 'disconnected']),
      connected_devices: z.number().int(),
    }),
    pairing: z.object({ paired: z.boolean(), paired_devices: z.number().int() }),
    devices: z.array(shownDevice),
  }),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const devices = await visibleDevices(ctx)
    const connected = devices.filter(isOnline).length
    const paired = devices.filter(hasLogin).length
    return {
      transport: {
        kind: 'web' as const,
        status: connected > 0 ? ('connected' as const) : ('disconnected' as const),
        connected_devices: connected,
      },
      pairing: { paired: paired > 0, paired_devices: paired },
      devices: devices.map(showDevice),
    }
  },
})
