import { z } from 'zod'
import { deleteApiKey } from '#domains/credentials/api-keys.ts'
import { defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'cx DELETE /api/v1/api-keys/{id}',
  group: 'API keys',
  summary: 'Delete an API key: it opens nothing from now on',
  auth: ['userToken', 'apiKey'],
  capability: 'keys.manage',
  input: { params: z.object({ id: z.string() }) },
  output: z.object({ id: z.string(), deleted: z.literal(true) }),
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  needs: { main: 'readWrite', sockets: 'push' },
  handler: async (ctx, { params }) => {
    await deleteApiKey(ctx, ctx.actor, params.id)
    return { id: params.id, deleted: true as const }
  },
})
