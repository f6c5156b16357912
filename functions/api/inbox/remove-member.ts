import { z } from 'zod'
import { removeMember } from '#domains/inboxes/members.ts'
import { shownUser, showUser } from '#domains/users/show-ceox.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'

export const operation = defineOperation({
  key: 'ceox DELETE /api/v1/inboxes/{id}/members/{userId}',
  group: 'inboxes',
  summary: 'Take a user out of an inbox',
  description: 'A user who is in no inbox any more sees the devices that are in none.',
  auth: ['apiKey', 'userToken'],
  capability: 'inbox.manage',
  input: { params: z.object({ id: z.string(), userId: z.string() }) },
  output: shownUser,
  errors: ['unauthenticated', 'forbidden', 'not_found', 'try_again'],
  needs: { main: 'readWrite', sockets: 'push' },
  handler: async (ctx, { params }) =>
    showUser(ctx, await removeMember(ctx, ctx.actor, requireNumber(params.id), requireNumber(params.userId))),
})
