import { z } from 'zod'
import { createClient } from '#domains/guide/clients.ts'
import { clientId, description, scopes } from '#domains/guide/input.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { clientRow, rowOf } from './_clients.ts'

export const operation = defineOperation({
  key: 'guide POST /api/v1/credentials',
  group: 'Credentials (Admin Only)',
  summary: 'Make a client credential',
  description:
    'The secret is shown here and never again. A credential without scopes manages its own tokens; scopes narrow that down. `role` ' +
    '"admin" lets it administer credentials as well. Nobody gives rights that he lacks (403).',
  auth: ['clientCredential'],
  capability: 'credentials:write:*',
  input: {
    body: z.object({
      client_id: clientId,
      description: description.default(''),
      role: z.enum(['user', 'admin']).default('user'),
      scopes: scopes.default([]),
    }),
  },
  output: z.object({ message: z.string(), credential: clientRow, client_secret: z.string() }),
  status: 201,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'capability_not_held', 'conflict'],
  needs: { main: 'readWrite' },
  idempotent: true,
  examples: { body: { client_id: 'my-app', description: 'Production API client' } },
  handler: async (ctx, { body: { client_id, ...wish } }) => {
    const made = await createClient(ctx, ctx.actor, { clientId: client_id, ...wish })
    const message = 'Credential created successfully'
    return { message, credential: rowOf(made.client), client_secret: made.clientSecret }
  },
})
