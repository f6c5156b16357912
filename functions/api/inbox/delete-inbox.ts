import { z } from 'zod'
import { deleteInbox } from '#domains/inboxes/remove.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'
import { inboxParams } from './_inboxes.ts'

export const operation = defineOperation({
  key: 'ceox DELETE /api/v1/inboxes/{id}',
  group: 'inboxes',
  summary: 'Remove an inbox',
  description:
    'Its devices are in no inbox any more, and its members lose this membership. Devices in no inbox are seen by users in none, and by those ' +
    'whose role has `inbox.view_all`.',
  auth: ['apiKey', 'userToken'],
  capability: 'inbox.manage',
  input: { params: inboxParams },
  output: z.object({ id: z.number().int(), deleted: z.boolean() }),
  errors: ['unauthenticated', 'forbidden', 'not_found', 'try_again'],
  needs: { main: 'readWrite', sockets: 'push' },
  handler: async (ctx, { params }) => {
    const id = requireNumber(params.id)
    await deleteInbox(ctx, ctx.actor, id)
    return { id, deleted: true }
  },
})
