import { z } from 'zod'
import { listApiKeys } from '#domains/credentials/api-keys.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { cxApiKey, presentApiKey } from './_key.ts'

export const operation = defineOperation({
  key: 'cx GET /api/v1/api-keys',
  group: 'API keys',
  summary: 'List the API keys of the organisation',
  auth: ['userToken', 'apiKey'],
  capability: 'keys.manage',
  input: {},
  output: z.array(cxApiKey),
  errors: ['unauthenticated', 'forbidden'],
  needs: { main: 'read' },
  handler: async (ctx) => (await listApiKeys(ctx, ctx.actor.tenantId)).map(presentApiKey),
})
