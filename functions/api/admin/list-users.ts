import { z } from 'zod'
import { listDevices } from '#domains/devices/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { shownUser, userOfDevice } from './_users.ts'

export const operation = defineOperation({
  key: 'digigo GET /admin/users',
  group: 'Admin',
  summary: 'All users with full configuration',
  auth: ['adminToken'],
  input: {},
  output: z.array(shownUser),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const devices = await listDevices(ctx, ctx.actor.tenantId)
    return Promise.all(devices.map((device) => userOfDevice(device, ctx.clock.nowMs())))
  },
})
