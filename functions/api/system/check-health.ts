import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { VERSION } from '#kit/version.ts'

export const operation = defineOperation({
  key: 'cx GET /api/v1/health',
  group: 'Health',
  summary: 'The process answers; no dependency is touched',
  auth: ['none'],
  input: {},
  output: z.object({ status: z.literal('ok'), version: z.string(), time: z.string() }),
  errors: [],
  needs: {},
  handler: async (ctx) => ({
    status: 'ok' as const,
    version: VERSION,
    time: new Date(ctx.clock.nowMs()).toISOString(),
  }),
})
