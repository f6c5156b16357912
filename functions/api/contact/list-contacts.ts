import { z } from 'zod'
import { listContacts } from '#domains/contacts/list.ts'
import { nextPageHeaders, openCursor, sealCursor } from '#kit/cursor.ts'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { cursorParameter, limitUpTo } from '#kit/paging.ts'
import { contactRow, rowOf } from './_contact.ts'

const KEY = 'ceox GET /api/v1/contacts'

export const operation = defineOperation({
  key: KEY,
  group: 'contacts',
  summary: 'Contacts of the workspace',
  description:
    'By name. Contacts belong to the workspace and not to an inbox. Our own parameters search and page; where there is more, `X-Next-Cursor` and `Link` lead on. With a search a page may have fewer rows than its limit, and more to follow.',
  auth: ['apiKey', 'userToken'],
  input: {
    query: z.object({
      search: z.string().max(100).optional().describe('In names, company, e-mail address and number'),
      limit: limitUpTo(500),
      cursor: cursorParameter,
    }),
  },
  output: z.array(contactRow),
  errors: ['validation_failed', 'invalid_cursor', 'unauthenticated'],
  needs: { main: 'read' },
  handler: async (ctx, { query: { search, limit, cursor } }) => {
    const { tenantId } = ctx.actor
    const scope = { tenantId, operation: KEY, filters: { search } }
    const after = cursor === undefined ? undefined : await openCursor(scope, cursor, ctx.clock.nowMs())
    const { items, next } = await listContacts(ctx, tenantId, { search: search?.trim(), limit, after })
    const onward = next === undefined ? undefined : await sealCursor(scope, next, ctx.clock.nowMs())
    return answer({ body: items.map(rowOf), headers: nextPageHeaders(ctx.request, onward) })
  },
})
