import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { requireUser } from './_require-user.ts'
import { shownUser, userOfDevice } from './_users.ts'

export const operation = defineOperation({
  key: 'digigo GET /admin/users/{id}',
  group: 'Admin',
  summary: 'One user in detail',
  auth: ['adminToken'],
  input: { params: z.object({ id: z.string() }) },
  output: z.array(shownUser),
  errors: ['unauthenticated', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { params }) => [await userOfDevice(await requireUser(ctx, params.id), ctx.clock.nowMs())],
})
