import { z } from 'zod'
import { addMember } from '#domains/inboxes/members.ts'
import { shownUser, showUser } from '#domains/users/show-ceox.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { numberId, requireNumber } from '#kit/number-id.ts'
import { inboxParams } from './_inboxes.ts'

export const operation = defineOperation({
  key: 'ceox POST /api/v1/inboxes/{id}/members',
  group: 'inboxes',
  summary: 'Give a user access to an inbox',
  description:
    'From his next request the user sees the devices and conversations of his inboxes, and no others any more unless his role has ' +
    '`inbox.view_all`. One who is a member already stays one. `inbox.manage` is the right to say who sees what, oneself included.',
  auth: ['apiKey', 'userToken'],
  capability: 'inbox.manage',
  input: { params: inboxParams, body: z.object({ user_id: numberId('a user') }) },
  output: shownUser,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found', 'conflict', 'try_again'],
  needs: { main: 'readWrite', sockets: 'push' },
  examples: { body: { user_id: 5 } },
  handler: async (ctx, { params, body }) =>
    showUser(ctx, await addMember(ctx, ctx.actor, requireNumber(params.id), body.user_id)),
})
