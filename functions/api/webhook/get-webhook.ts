import { z } from 'zod'
import { ownDevice } from '#domains/devices/lookup.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'digigo GET /webhook',
  group: 'Webhook',
  summary: 'Configured webhook and events',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ subscribe: z.array(z.string()), webhook: z.string() }),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const { webhook } = await ownDevice(ctx, ctx.actor)
    return { subscribe: webhook?.events ?? [], webhook: webhook?.url ?? '' }
  },
})
