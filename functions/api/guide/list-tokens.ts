import { z } from 'zod'
import { listTokens } from '#domains/guide/tokens.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { callingClient, rowOf, tokenRow } from './_tokens.ts'

export const operation = defineOperation({
  key: 'guide GET /api/v1/tokens',
  group: 'Token Management',
  summary: 'Tokens of the calling credential',
  description: 'Expired tokens are listed until they are deleted.',
  auth: ['clientCredential'],
  capability: 'tokens:read:*',
  input: {},
  output: z.array(tokenRow),
  errors: ['unauthenticated', 'forbidden'],
  needs: { main: 'read' },
  handler: async (ctx) => (await listTokens(ctx, await callingClient(ctx))).map(rowOf),
})
