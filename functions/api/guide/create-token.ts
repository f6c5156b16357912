import { z } from 'zod'
import { createToken } from '#domains/guide/tokens.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { counters } from '#services'
import { callingClient } from './_tokens.ts'

export const operation = defineOperation({
  key: 'guide POST /api/v1/tokens',
  group: 'Token Management',
  summary: 'Make a Matrix token',
  description:
    'The first token is the admin and makes the host identity. With `use_host` a token shares the devices of the host; without, it ' +
    'starts with none of its own. The token is shown here and never again.',
  auth: ['clientCredential'],
  capability: 'tokens:write:create',
  input: {
    body: z.object({
      use_host: z.boolean(),
      expires_at: z.iso
        .datetime({ offset: true, error: 'must be an RFC 3339 time such as 2026-12-31T23:59:59Z' })
        .nullish(),
    }),
  },
  output: z.object({ message: z.string(), token: z.string() }),
  status: 201,
  errors: ['validation_failed', 'unauthenticated', 'forbidden'],
  needs: { main: 'readWrite' },
  idempotent: true,
  examples: { body: { use_host: false, expires_at: '2026-12-31T23:59:59Z' } },
  handler: async (ctx, { body }) => {
    const expiresAt = body.expires_at ?? undefined
    if (expiresAt !== undefined && Date.parse(expiresAt) <= ctx.clock.nowMs()) {
      throw fail('validation_failed', { details: [{ path: 'expires_at', message: 'must be in the future' }] })
    }
    const wish = { usesHost: body.use_host, expiresAt }
    const { secret } = await createToken(ctx, counters(), ctx.actor, await callingClient(ctx), wish)
    return { message: 'Matrix token created successfully', token: secret }
  },
})
