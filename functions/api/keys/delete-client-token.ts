import { z } from 'zod'
import { requireClient } from '#domains/guide/clients.ts'
import { deleteToken } from '#domains/guide/end.ts'
import { findToken } from '#domains/guide/tokens.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { clientParams } from './_clients.ts'

export const operation = defineOperation({
  key: 'own DELETE /api/v1/client-credentials/{clientId}/tokens/{tokenId}',
  group: 'Client credentials',
  summary: 'Delete a token of a client credential',
  description: 'It stops working at once, and its webhooks go with it. Devices stay linked.',
  auth: ['userToken'],
  capability: 'keys.manage',
  input: { params: clientParams.extend({ tokenId: z.string() }) },
  output: z.object({ id: z.number().int(), deleted: z.literal(true) }),
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'readWrite', sockets: 'push' },
  handler: async (ctx, { params }) => {
    const client = await requireClient(ctx, ctx.actor.tenantId, params.clientId)
    const token = await findToken(ctx, client.tenantId, params.tokenId)
    if (token?.clientUid !== client.uid || !(await deleteToken(ctx, ctx.actor, token))) throw fail('not_found')
    return { id: token.id, deleted: true as const }
  },
})
