import { defineOperation } from '#kit/define-operation.ts'
import { EITHER, infoOf, requireSession, sessionInfo, tokenQuery } from './_session.ts'

export const operation = defineOperation({
  key: 'manager GET /api/status',
  group: 'API Documentation',
  summary: 'Connection state of a token',
  auth: EITHER,
  input: { query: tokenQuery },
  output: sessionInfo,
  errors: ['validation_failed', 'unauthenticated', 'not_found'],
  needs: { main: 'read' },
  examples: { query: { token: 'my-token' } },
  handler: async (ctx, { query }) => infoOf(await requireSession(ctx, query.token)),
})
