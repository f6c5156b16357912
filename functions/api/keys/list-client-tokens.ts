import { z } from 'zod'
import { requireClient } from '#domains/guide/clients.ts'
import { listTokens } from '#domains/guide/tokens.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { clientParams, clientToken, presentToken } from './_clients.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/client-credentials/{clientId}/tokens',
  group: 'Client credentials',
  summary: 'Tokens of a client credential',
  description: 'Expired tokens are listed until they are deleted.',
  auth: ['userToken'],
  capability: 'keys.manage',
  input: { params: clientParams },
  output: z.array(clientToken),
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { params }) => {
    const client = await requireClient(ctx, ctx.actor.tenantId, params.clientId)
    return (await listTokens(ctx, client)).map(presentToken)
  },
})
