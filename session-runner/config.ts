import { z } from 'zod'

const rootKey = z.string().transform((text) => {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  return bytes.length === 32 ? bytes : undefined
})

const environment = z.object({
  SHARD_COUNT: z.coerce.number().int().positive().optional(),
  /** WebSocket address of WhatsApp; empty means the real service. */
  WHATSAPP_URL: z.string().default(''),
  WHATSAPP_ROOT_KEY: rootKey.optional(),
  LEASE_TTL_MS: z.coerce.number().int().min(500).default(15_000),
  MAX_DEVICES: z.coerce.number().int().positive().default(1000),
  TASK_MEMORY_MB: z.coerce.number().int().positive().optional(),
  HEALTH_PORT: z.coerce.number().int().min(0).default(8080),
  ECS_AGENT_URI: z.string().optional(),
  SWITCHBOARD_PARENT_WATCH: z.string().optional(),
  BENCH_TIMINGS: z.string().optional(),
  LOG_LEVEL: z.string().default('INFO'),
  ENVIRONMENT: z.string().default('local'),
})

/** Settings of one runner process, parsed from its environment. */
export type RunnerConfig = {
  shardCount: number
  /** Undefined: the real WhatsApp. */
  whatsAppUrl: string | undefined
  rootKey: Buffer | undefined
  leaseTtlMs: number
  maxDevices: number
  /** Memory of the whole task; undefined where nobody set a limit. */
  memoryBytes: number | undefined
  healthPort: number
  ecsAgentUri: string | undefined
  watchParent: boolean
  benchTimings: boolean
}

/** Parses the environment; throws with the names of what is wrong. `queues` is the number of command queues. */
export const parseConfig = (env: Record<string, string | undefined>, queues: number): RunnerConfig => {
  const parsed = environment.parse(env)
  return {
    shardCount: parsed.SHARD_COUNT ?? queues,
    whatsAppUrl: parsed.WHATSAPP_URL === '' ? undefined : parsed.WHATSAPP_URL,
    rootKey: parsed.WHATSAPP_ROOT_KEY,
    leaseTtlMs: parsed.LEASE_TTL_MS,
    maxDevices: parsed.MAX_DEVICES,
    memoryBytes: parsed.TASK_MEMORY_MB && parsed.TASK_MEMORY_MB * 1024 * 1024,
    healthPort: parsed.HEALTH_PORT,
    ecsAgentUri: parsed.ECS_AGENT_URI,
    watchParent: parsed.SWITCHBOARD_PARENT_WATCH !== undefined && parsed.SWITCHBOARD_PARENT_WATCH !== '',
    benchTimings: parsed.BENCH_TIMINGS === '1',
  }
}
