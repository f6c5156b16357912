import { z } from 'zod'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { DOCS_PAGE } from './_docs-page.ts'

export const operation = defineOperation({
  key: 'own GET /docs',
  group: 'System',
  summary: 'The operations as a page, with a curl line for each credential',
  auth: ['none'],
  input: {},
  output: z.string(),
  envelope: 'flat',
  contentType: 'text/html',
  errors: [],
  needs: {},
  handler: async () =>
    answer({
      raw: DOCS_PAGE,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=300' },
    }),
})
