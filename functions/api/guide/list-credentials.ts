import { z } from 'zod'
import { listClients } from '#domains/guide/clients.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { clientRow, rowOf } from './_clients.ts'

export const operation = defineOperation({
  key: 'guide GET /api/v1/credentials',
  group: 'Credentials (Admin Only)',
  summary: 'All client credentials',
  auth: ['clientCredential'],
  capability: 'credentials:read:*',
  input: {},
  output: z.array(clientRow),
  errors: ['unauthenticated', 'forbidden'],
  needs: { main: 'read' },
  handler: async (ctx) => (await listClients(ctx, ctx.actor.tenantId)).map(rowOf),
})
