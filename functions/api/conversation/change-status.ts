import { z } from 'zod'
import { changeStatus } from '#domains/conversations/change-status.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { conversationParams, moverOf, requireConversation } from './_find.ts'
import { conversationRow, rowsOf } from './_rows.ts'

export const operation = defineOperation({
  key: 'ceox POST /api/v1/conversations/{id}/status',
  group: 'conversations',
  summary: 'Solve or reopen a thread',
  description:
    'A solved conversation is hidden from the list, and opened again by this or by the next message of the contact. The present status is answered as well, and changes nothing.',
  auth: ['apiKey', 'userToken'],
  capability: 'chats.send',
  input: { params: conversationParams, body: z.object({ status: z.enum(['solved', 'open']) }) },
  output: conversationRow,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found', 'conflict'],
  needs: { main: 'readWrite' },
  examples: { body: { status: 'solved' } },
  handler: async (ctx, { params, body }) => {
    const { conversation, device } = await requireConversation(ctx, params.id)
    const wanted = body.status === 'open' ? 'open' : 'closed'
    const changed = await changeStatus(ctx, conversation, wanted, moverOf(ctx.actor))
    const [row] = await rowsOf(ctx, conversation.tenantId, [changed], new Map([[device.id, device]]))
    if (!row) throw fail('not_found')
    return row
  },
})
