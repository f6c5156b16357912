import { z } from 'zod'
import { requireClient } from '#domains/guide/clients.ts'
import { deleteClient } from '#domains/guide/end.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'guide DELETE /api/v1/credentials/{client_id}',
  group: 'Credentials (Admin Only)',
  summary: 'Delete a client credential',
  description: 'Its tokens end at once, with their webhooks. Devices stay linked. The super admin cannot be deleted.',
  auth: ['clientCredential'],
  capability: 'credentials:write:*',
  input: { params: z.object({ client_id: z.string() }) },
  output: z.object({ message: z.string() }),
  errors: ['unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'readWrite', sockets: 'push' },
  handler: async (ctx, { params }) => {
    await deleteClient(ctx, ctx.actor, await requireClient(ctx, ctx.actor.tenantId, params.client_id))
    return { message: 'Credential deleted successfully' }
  },
})
