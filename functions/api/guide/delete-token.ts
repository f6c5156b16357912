import { z } from 'zod'
import { deleteToken } from '#domains/guide/end.ts'
import { findToken } from '#domains/guide/tokens.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { callingClient } from './_tokens.ts'

export const operation = defineOperation({
  key: 'guide DELETE /api/v1/tokens/{token_id}',
  group: 'Token Management',
  summary: 'Delete a token',
  description: 'It stops working at once, and its webhooks go with it. Devices stay linked.',
  auth: ['clientCredential'],
  capability: 'tokens:write:delete',
  input: { params: z.object({ token_id: z.string() }) },
  output: z.object({ message: z.string() }),
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'readWrite', sockets: 'push' },
  handler: async (ctx, { params }) => {
    const client = await callingClient(ctx)
    const token = await findToken(ctx, client.tenantId, params.token_id)
    if (token?.clientUid !== client.uid || !(await deleteToken(ctx, ctx.actor, token))) {
      throw fail('not_found', { message: 'There is no such token.' })
    }
    return { message: 'Token deleted successfully' }
  },
})
