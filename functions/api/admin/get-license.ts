import { z } from 'zod'
import { isoTime } from '#kit/clock.ts'
import { sha256 } from '#kit/crypto.ts'
import { defineOperation } from '#kit/define-operation.ts'

/** The document asks for a date; this one says that there is none. */
const NEVER = '9999-12-31T23:59:59Z'

/** The document asks for a number; the largest one that every client can read says that there is no limit. */
const NO_LIMIT = 2_147_483_647

const DAY_MS = 24 * 3600 * 1000

const FEATURES = [
  'REST API',
  'Unlimited instances',
  'Real-time events',
  'Webhooks with retries and signatures',
  'Groups, communities and newsletters',
  'Interactive messages',
  'Durable sending and receiving',
]

export const operation = defineOperation({
  key: 'digigo GET /admin/license/info',
  group: 'Admin License',
  summary: 'License information',
  description:
    'Switchboard runs on your own account and needs no licence: nothing is checked, nothing expires and no number of instances is refused. ' +
    'The fields of the document say that: the key is empty, the expiry is the last day there is, and `customer_id` is the organisation.',
  auth: ['adminToken'],
  input: {},
  output: z.object({
    valid: z.boolean(),
    installation_id: z.string(),
    customer_id: z.string(),
    installation_name: z.string(),
    plan_type: z.enum(['BASIC', 'PRO', 'ENTERPRISE']),
    expires_at: z.string(),
    max_instances: z.number().int(),
    license_key: z.string(),
    instance_id: z.string(),
    last_validation: z.string(),
    days_until_expiry: z.number().int(),
    is_in_grace_period: z.boolean(),
    grace_period_end: z.string().optional(),
    status: z.enum(['active', 'expiring_soon', 'grace_period', 'expired']),
    status_message: z.string(),
    features: z.array(z.string()),
    support_email: z.string().describe('Empty: the installation names nobody'),
    documentation_url: z.string(),
  }),
  envelope: 'flat',
  errorForm: 'coded',
  errors: ['unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx) => {
    const nowMs = ctx.clock.nowMs()
    const host = process.env.PUBLIC_URL ?? ''
    const environment = process.env.ENVIRONMENT ?? ''
    return {
      valid: true,
      installation_id: `inst_${sha256(`${environment} ${host}`).slice(0, 16)}`,
      customer_id: ctx.actor.tenantId,
      installation_name: environment,
      plan_type: 'ENTERPRISE' as const,
      expires_at: NEVER,
      max_instances: NO_LIMIT,
      license_key: '',
      instance_id: `switchboard-${environment}`,
      last_validation: isoTime(nowMs),
      days_until_expiry: Math.floor((Date.parse(NEVER) - nowMs) / DAY_MS),
      is_in_grace_period: false,
      status: 'active' as const,
      status_message: 'Self-hosted: no licence is needed.',
      features: FEATURES,
      support_email: '',
      documentation_url: `${host}/docs`,
    }
  },
})
