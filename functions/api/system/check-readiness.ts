import { z } from 'zod'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { checkAll } from '#kit/health.ts'

const ready = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.array(
    z.object({ name: z.string(), ok: z.boolean(), latencyMs: z.number().int(), detail: z.string().nullable() }),
  ),
})

export const operation = defineOperation({
  key: 'cx GET /api/v1/ready',
  group: 'Health',
  summary: 'Store, queue and signing key answer; 503 with the same body when one does not',
  auth: ['none'],
  input: {},
  output: ready,
  errors: ['not_ready'],
  needs: { main: 'read', commands: 'send', platformSecret: 'read' },
  handler: async (ctx) => {
    const checks = await checkAll(ctx)
    const ok = checks.every((check) => check.ok)
    const body: z.infer<typeof ready> = { status: ok ? 'ready' : 'not_ready', checks }
    return answer({ status: ok ? 200 : 503, body })
  },
})
