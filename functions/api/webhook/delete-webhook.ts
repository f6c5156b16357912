import { z } from 'zod'
import { ownDevice } from '#domains/devices/lookup.ts'
import { changeDevice } from '#domains/devices/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'digigo DELETE /webhook',
  group: 'Webhook',
  summary: 'Remove webhook and events',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ Details: z.string() }),
  errors: ['unauthenticated'],
  needs: { main: 'readWrite' },
  handler: async (ctx) => {
    const device = await ownDevice(ctx, ctx.actor)
    await changeDevice(ctx, device.id, { set: { webhook: undefined } })
    return { Details: 'Webhook and events deleted successfully' }
  },
})
