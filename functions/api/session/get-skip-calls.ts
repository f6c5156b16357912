import { z } from 'zod'
import { ownDevice } from '#domains/devices/lookup.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'digigo GET /session/skipcalls/config',
  group: 'Session Skips',
  summary: 'Get: incoming calls are rejected',
  auth: ['deviceToken'],
  input: {},
  output: z.object({
    SkipCalls: z.boolean(),
    RejectMessage: z.string(),
    RejectType: z.string(),
    Details: z.string(),
  }),
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const { settings } = await ownDevice(ctx, ctx.actor)
    return {
      SkipCalls: settings.skipCalls,
      RejectMessage: settings.callRejectMessage,
      RejectType: settings.callRejectType,
      Details: 'Skip calls configuration retrieved successfully',
    }
  },
})
