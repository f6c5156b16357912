import { availableParallelism, hostname } from 'node:os'
import { z } from 'zod'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { checkStore, storeConnections } from '#kit/health.ts'
import { VERSION } from '#kit/version.ts'

const health = z.object({
  code: z.number().int(),
  data: z.enum(['OK', 'ERROR']),
  success: z.literal(true),
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  version: z.string(),
  uptime: z.number().int(),
  timestamp: z.string(),
  metrics: z.object({
    goroutines: z.number(),
    go_version: z.string(),
    cpu_count: z.number(),
    go_max_procs: z.number(),
  }),
  environment: z.object({
    containerized: z.boolean(),
    hostname: z.string(),
    app_env: z.string(),
    app_region: z.string().optional(),
  }),
  build: z.object({ commit: z.string() }).nullable(),
  services: z.record(
    z.string(),
    z.object({
      status: z.enum(['up', 'down']),
      latency_ms: z.number(),
      open_connections: z.number().int(),
      in_use: z.number().int(),
      idle: z.number().int(),
      driver: z.string(),
      error: z.string().optional(),
    }),
  ),
})

// The field names are the document's; the values say what they mean for this runtime: `goroutines` counts the active handles
// of the process and `go_version` is the version of Node.js.
export const operation = defineOperation({
  key: 'digigo GET /health',
  group: 'System',
  summary: 'Health for monitors; answers with and without a token',
  auth: ['none'],
  envelope: 'flat',
  input: {},
  output: health,
  errors: ['not_ready'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const store = await checkStore(ctx)
    const body: z.infer<typeof health> = {
      code: store.ok ? 200 : 503,
      data: store.ok ? 'OK' : 'ERROR',
      success: true,
      status: store.ok ? 'healthy' : 'unhealthy',
      version: VERSION,
      uptime: Math.floor(process.uptime()),
      timestamp: new Date(ctx.clock.nowMs()).toISOString(),
      metrics: {
        goroutines: process.getActiveResourcesInfo().length,
        go_version: `node${process.version}`,
        cpu_count: availableParallelism(),
        go_max_procs: availableParallelism(),
      },
      environment: {
        containerized: true,
        hostname: hostname(),
        app_env: process.env.ENVIRONMENT ?? '',
        app_region: process.env.AWS_REGION,
      },
      build: null,
      services: {
        database: {
          status: store.ok ? 'up' : 'down',
          latency_ms: store.latencyMs,
          ...storeConnections(),
          driver: 'dynamodb',
          error: store.detail ?? undefined,
        },
      },
    }
    return answer({ status: body.code, body })
  },
})
