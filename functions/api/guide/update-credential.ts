import { z } from 'zod'
import { requireClient } from '#domains/guide/clients.ts'
import { changeClient } from '#domains/guide/end.ts'
import { description, scopes } from '#domains/guide/input.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { clientRow, rowOf } from './_clients.ts'

export const operation = defineOperation({
  key: 'guide PUT /api/v1/credentials/{client_id}',
  group: 'Credentials (Admin Only)',
  summary: 'Change a client credential',
  description:
    'What is left out stays. Switched off (`active` false), neither the credential nor its tokens are accepted, and their webhooks ' +
    'get nothing. The super admin can be neither switched off nor restricted, and nobody gives rights that he lacks (403).',
  auth: ['clientCredential'],
  capability: 'credentials:write:*',
  input: {
    params: z.object({ client_id: z.string() }),
    body: z.object({
      description: description.optional(),
      active: z.boolean().optional(),
      scopes: scopes.optional(),
    }),
  },
  output: z.object({ message: z.string(), credential: clientRow }),
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'capability_not_held', 'not_found', 'try_again'],
  needs: { main: 'readWrite', sockets: 'push' },
  examples: {
    body: {
      description: 'Updated description',
      active: true,
      scopes: ['tokens:read:*', 'tokens:write:create', 'tokens:write:delete'],
    },
  },
  handler: async (ctx, { params, body }) => {
    const client = await requireClient(ctx, ctx.actor.tenantId, params.client_id)
    return {
      message: 'Credential updated successfully',
      credential: rowOf(await changeClient(ctx, ctx.actor, client, body)),
    }
  },
})
