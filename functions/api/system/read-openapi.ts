import { z } from 'zod'
import { answer, defineOperation } from '#kit/define-operation.ts'
import document from '../../../docs/openapi.json' with { type: 'json' }

export const operation = defineOperation({
  key: 'own GET /openapi.json',
  group: 'System',
  summary: 'The OpenAPI 3.1 document of every operation',
  auth: ['none'],
  input: {},
  output: z.record(z.string(), z.unknown()),
  envelope: 'flat',
  errors: [],
  needs: {},
  handler: async () => answer({ raw: JSON.stringify(document), headers: { 'cache-control': 'public, max-age=300' } }),
})
