import { z } from 'zod'
import { createTenant, setUpInstallation } from '#domains/tenants/set-up.ts'
import { defineJob } from '#kit/define-job.ts'
import { counters } from '#services'

const input = z.object({
  /** Makes a further tenant with this name instead of the first one. */
  tenant: z
    .object({ name: z.string().min(1).max(100), slug: z.string().regex(/^[a-z0-9-]{3,40}$/), email: z.email() })
    .optional(),
  email: z.email().default('owner@switchboard.localhost'),
})

/** Invoked by the operator after the first deploy (and by the local stack); answers the secrets once. */
export const job = defineJob({
  name: 'set-up',
  summary: 'Makes the first tenant with its credentials, or a further tenant',
  trigger: { kind: 'manual' },
  needs: { main: 'readWrite', platformSecret: 'read' },
  timeoutSeconds: 30,
  handler: async (ctx, event) => {
    const { tenant, email } = input.parse(event ?? {})
    if (tenant) return { created: true, ...(await createTenant(ctx, counters(), tenant)) }
    return setUpInstallation(ctx, counters(), { name: 'First organisation', slug: 'first', email })
  },
})
