import { z } from 'zod'
import { listClients } from '#domains/guide/clients.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { clientCredential, presentClient } from './_clients.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/client-credentials',
  group: 'Client credentials',
  summary: 'List the client credentials of the organisation',
  description: 'What a client with the admin role sees at `/api/v1/credentials`, for people who are signed in.',
  auth: ['userToken'],
  capability: 'keys.manage',
  input: {},
  output: z.array(clientCredential),
  errors: ['unauthenticated', 'forbidden'],
  needs: { main: 'read' },
  handler: async (ctx) => (await listClients(ctx, ctx.actor.tenantId)).map(presentClient),
})
