import { z } from 'zod'
import { listAudit } from '#domains/audit/log.ts'
import { isoTime } from '#kit/clock.ts'
import { openCursor, sealCursor } from '#kit/cursor.ts'
import { defineOperation } from '#kit/define-operation.ts'

const KEY = 'own GET /api/v1/audit'

const entry = z.object({
  id: z.string(),
  at: z.string(),
  action: z.string().describe('What was done, by the name of its event: `user.deactivated`'),
  by: z.object({
    kind: z.string().describe('Kind of the credential: `userToken`, `apiKey` …'),
    id: z.string().describe('Number of the user, or id of the key'),
  }),
  subject: z.object({ kind: z.string(), id: z.string() }).describe('What it was done to'),
  facts: z.record(z.string(), z.unknown()),
})

export const operation = defineOperation({
  key: KEY,
  group: 'users',
  summary: 'What was done to users, roles, inboxes, passwords, keys and client credentials, and by whom',
  description:
    'One month, newest first; entries are kept for 400 days. An entry is written in the same transaction as the change it tells of.',
  auth: ['apiKey', 'userToken'],
  capability: 'team.manage',
  input: {
    query: z.object({
      month: z
        .string()
        .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
        .optional()
        .describe('The present one unless given'),
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: z.string().max(500).optional(),
    }),
  },
  output: z.object({ entries: z.array(entry), nextCursor: z.string().nullable() }),
  errors: ['validation_failed', 'invalid_cursor', 'unauthenticated', 'forbidden'],
  needs: { main: 'read', platformSecret: 'read' },
  handler: async (ctx, { query }) => {
    const { tenantId } = ctx.actor
    const nowMs = ctx.clock.nowMs()
    const month = query.month ?? isoTime(nowMs).slice(0, 7)
    const scope = { tenantId, operation: KEY, filters: { month } }
    const before = query.cursor && (await openCursor(scope, query.cursor, nowMs))
    const found = await listAudit(ctx, tenantId, { month: month.replace('-', ''), before, limit: query.limit })
    const last = found.length === query.limit ? found.at(-1) : undefined
    return {
      entries: found.map(({ id, at, action, by, subject, facts = {} }) => ({ id, at, action, by, subject, facts })),
      nextCursor: last ? await sealCursor(scope, last.id, nowMs) : null,
    }
  },
})
