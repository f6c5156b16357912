import { z } from 'zod'
import { logOutAndRemove } from '#domains/devices/remove.ts'
import { devicesWithPhone, unlistWrite } from '#domains/guide/devices.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { ownerOf, platform } from './_tokens.ts'

export const operation = defineOperation({
  key: 'guide DELETE /api/v1/devices',
  group: 'Device Management',
  summary: 'Unlink a device',
  description: 'Ends the login at WhatsApp and deletes the device. Its messages stay.',
  auth: ['matrixToken'],
  input: { body: z.object({ device_id: z.string().min(1), platform }) },
  output: z.object({ message: z.string() }),
  errors: ['validation_failed', 'unauthenticated', 'not_found', 'try_again'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  examples: { body: { device_id: '237123456789', platform: 'wa' } },
  handler: async (ctx, { body }) => {
    const owner = ownerOf(ctx)
    for (const device of await devicesWithPhone(ctx, owner, body.device_id)) {
      await logOutAndRemove(ctx, commandPort(), device, [unlistWrite(owner, device.id)])
    }
    return { message: 'Device deleted successfully' }
  },
})
