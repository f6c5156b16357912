import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { conversationParams, requireConversation } from './_find.ts'
import { conversationRow, rowsOf } from './_rows.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/conversations/{id}/row',
  group: 'conversations',
  summary: 'One inbox thread, as the list shows it',
  auth: ['apiKey', 'userToken'],
  input: { params: conversationParams },
  output: conversationRow,
  errors: ['unauthenticated', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { params }) => {
    const { conversation, device } = await requireConversation(ctx, params.id)
    const [row] = await rowsOf(ctx, conversation.tenantId, [conversation], new Map([[device.id, device]]))
    if (!row) throw fail('not_found')
    return row
  },
})
