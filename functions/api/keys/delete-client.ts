import { z } from 'zod'
import { requireClient } from '#domains/guide/clients.ts'
import { deleteClient } from '#domains/guide/end.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { clientParams } from './_clients.ts'

export const operation = defineOperation({
  key: 'own DELETE /api/v1/client-credentials/{clientId}',
  group: 'Client credentials',
  summary: 'Delete a client credential with its tokens',
  description:
    'Its tokens end at once, with their webhooks. Devices stay linked. The super admin cannot be deleted (403).',
  auth: ['userToken'],
  capability: 'keys.manage',
  input: { params: clientParams },
  output: z.object({ clientId: z.string(), deleted: z.literal(true) }),
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'readWrite', sockets: 'push' },
  handler: async (ctx, { params: { clientId } }) => {
    await deleteClient(ctx, ctx.actor, await requireClient(ctx, ctx.actor.tenantId, clientId))
    return { clientId, deleted: true as const }
  },
})
