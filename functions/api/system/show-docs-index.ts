import { z } from 'zod'
import { answer, defineOperation } from '#kit/define-operation.ts'

export const operation = defineOperation({
  key: 'own GET /docs/index.html',
  group: 'System',
  summary: 'Where the Guide document puts the page',
  auth: ['none'],
  input: {},
  output: z.string(),
  status: 302,
  envelope: 'flat',
  contentType: 'text/html',
  errors: [],
  needs: {},
  handler: async () => answer({ status: 302, raw: '', headers: { location: '/docs' } }),
})
