import { z } from 'zod'
import { requireClient } from '#domains/guide/clients.ts'
import { createToken } from '#domains/guide/tokens.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { counters } from '#services'
import { clientParams, clientToken, presentToken } from './_clients.ts'

export const operation = defineOperation({
  key: 'own POST /api/v1/client-credentials/{clientId}/tokens',
  group: 'Client credentials',
  summary: 'Create a token of a client credential, which is shown this once',
  description:
    'The first token of an organisation is the admin and makes the host identity. With `useHost` a token shares the devices of the host; ' +
    'without, it starts with none of its own.',
  auth: ['userToken'],
  capability: 'keys.manage',
  input: {
    params: clientParams,
    body: z.object({ useHost: z.boolean().default(false), expiresAt: z.iso.datetime({ offset: true }).optional() }),
  },
  output: z.object({ token: clientToken, secret: z.string() }),
  status: 201,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found', 'conflict', 'idempotency_mismatch'],
  idempotent: true,
  needs: { main: 'readWrite' },
  examples: { body: { useHost: false } },
  handler: async (ctx, { params, body: { useHost, expiresAt } }) => {
    const client = await requireClient(ctx, ctx.actor.tenantId, params.clientId)
    if (!client.active) throw fail('conflict', { message: 'The credential is switched off.' })
    if (expiresAt !== undefined && Date.parse(expiresAt) <= ctx.clock.nowMs()) {
      throw fail('validation_failed', { details: [{ path: 'expiresAt', message: 'must be in the future' }] })
    }
    const made = await createToken(ctx, counters(), ctx.actor, client, { usesHost: useHost, expiresAt })
    return { token: presentToken(made.token), secret: made.secret }
  },
})
