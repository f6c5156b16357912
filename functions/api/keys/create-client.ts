import { z } from 'zod'
import { createClient } from '#domains/guide/clients.ts'
import { clientId, description } from '#domains/guide/input.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { clientCredential, presentClient } from './_clients.ts'

export const operation = defineOperation({
  key: 'own POST /api/v1/client-credentials',
  group: 'Client credentials',
  summary: 'Create a client credential, whose secret is shown this once',
  description: 'It manages its own tokens; with the role `admin` it administers other client credentials as well.',
  auth: ['userToken'],
  capability: 'keys.manage',
  input: {
    body: z.object({
      clientId,
      description: description.default(''),
      role: z.enum(['user', 'admin']).default('user'),
    }),
  },
  output: z.object({ credential: clientCredential, clientSecret: z.string() }),
  status: 201,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'conflict', 'idempotency_mismatch'],
  idempotent: true,
  needs: { main: 'readWrite' },
  examples: { body: { clientId: 'my-app', description: 'Production API client' } },
  handler: async (ctx, { body }) => {
    const made = await createClient(ctx, ctx.actor, { scopes: [], ...body })
    return { credential: presentClient(made.client), clientSecret: made.clientSecret }
  },
})
