import { z } from 'zod'
import type { Conversation } from '#domains/conversations/model.ts'
import { findMessage } from '#domains/messages/repo.ts'
import { readChanged, readStretch, type Stretch } from '#domains/messages/thread.ts'
import { nextPageHeaders, openCursor, sealCursor } from '#kit/cursor.ts'
import { answer, defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { cursorParameter, limitUpTo } from '#kit/paging.ts'
import { conversationParams, requireConversation } from './_find.ts'
import { messageRow, messageRows } from './_message-rows.ts'

const KEY = 'ceox GET /api/v1/conversations/{id}/messages'

/** Bytes of rows in one answer: Lambda takes 6 MB. */
const MAX_BYTES = 4_500_000

const query = z.object({
  limit: limitUpTo(1000),
  cursor: cursorParameter,
  before: z.string().min(1).max(128).optional().describe('Messages before this one (wa_message_id)'),
  after: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('Messages after this one (wa_message_id), or what came or changed since a time (RFC 3339)'),
  previews: z.enum(['true', 'false']).default('false').describe('Tiny pictures and waveforms of files come with them'),
})

/** Where to read: into a direction from a place, or what changed since a time. */
type Course = { kind: 'older' | 'newer'; place?: string } | { kind: 'changed'; since: string; place?: string }

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

const placeOf = async (ctx: OperationContext, { tenantId, id }: Conversation, field: string, messageId: string) => {
  const message = await findMessage(ctx, { tenantId, conversationId: id, messageId })
  if (message) return message.at
  throw fail('validation_failed', { details: [{ path: field, message: 'names no message of this conversation' }] })
}

const courseOf = async (
  ctx: OperationContext,
  conversation: Conversation,
  { before, after }: z.output<typeof query>,
): Promise<Course> => {
  if (before !== undefined && after !== undefined) {
    throw fail('validation_failed', { details: [{ path: 'before', message: 'cannot be combined with after' }] })
  }
  if (before !== undefined) return { kind: 'older', place: await placeOf(ctx, conversation, 'before', before) }
  if (after === undefined) return { kind: 'older' }
  const sinceMs = TIME.test(after) ? Date.parse(after) : Number.NaN
  if (Number.isFinite(sinceMs)) return { kind: 'changed', since: new Date(sinceMs).toISOString() }
  return { kind: 'newer', place: await placeOf(ctx, conversation, 'after', after) }
}

const follow = (
  ctx: OperationContext,
  { tenantId, id: conversationId }: Conversation,
  limit: number,
  course: Course,
): Promise<Stretch> => {
  const ref = { tenantId, conversationId }
  return course.kind === 'changed'
    ? readChanged(ctx, ref, course.since, limit, course.place)
    : readStretch(ctx, ref, course.kind, limit, course.place)
}

/** As many rows as an answer holds, from the side that was read first. */
const fitting = <Row>(rows: Row[], fromEnd: boolean): Row[] => {
  let bytes = 0
  const ordered = fromEnd ? [...rows].reverse() : rows
  const kept = ordered.filter((row, at) => {
    bytes += Buffer.byteLength(JSON.stringify(row))
    return bytes <= MAX_BYTES || at === 0
  })
  return fromEnd ? kept.reverse() : kept
}

export const operation = defineOperation({
  key: KEY,
  group: 'conversations',
  summary: 'All messages of one thread',
  description:
    'The newest messages of the thread on this device, oldest of them first. Reactions, votes, edits and deletions are part of the message they are about. ' +
    'Where there is more, `X-Next-Cursor` and `Link` lead on: to older messages, or with `after` to newer ones.',
  auth: ['apiKey', 'userToken'],
  input: { params: conversationParams, query },
  output: z.array(messageRow),
  errors: ['validation_failed', 'invalid_cursor', 'unauthenticated', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { params, query: input }) => {
    const { conversation } = await requireConversation(ctx, params.id)
    const { tenantId } = conversation
    const nowMs = ctx.clock.nowMs()
    const scope = { tenantId, operation: KEY, filters: { id: conversation.id } }
    const course =
      input.cursor === undefined
        ? await courseOf(ctx, conversation, input)
        : (JSON.parse(await openCursor(scope, input.cursor, nowMs)) as Course)
    const { items, next } = await follow(ctx, conversation, input.limit, course)
    const fromEnd = course.kind !== 'newer'
    const rows = fitting(await messageRows(ctx, tenantId, items, input.previews === 'true'), fromEnd)
    const last = fromEnd ? items.at(-rows.length) : items.at(rows.length - 1)
    const place = rows.length < items.length ? last?.at : next
    const onward =
      place === undefined ? undefined : await sealCursor(scope, JSON.stringify({ ...course, place }), nowMs)
    return answer({ body: rows, headers: nextPageHeaders(ctx.request, onward) })
  },
})
