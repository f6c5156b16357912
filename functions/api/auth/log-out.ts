import { z } from 'zod'
import { endSession } from '#domains/sessions/refresh.ts'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { noCookie, presentedRefresh } from './_cookie.ts'

export const operation = defineOperation({
  key: 'own POST /api/v1/auth/logout',
  group: 'Auth',
  summary: 'End a sign-in: its tokens are worth nothing from now on',
  description:
    'Named by `refreshToken`, or by the cookie, which is taken away. Answers the same when there is nothing to end.',
  auth: ['none'],
  input: { body: z.object({ refreshToken: z.string().min(1).max(200).optional() }) },
  output: z.object({ loggedOut: z.literal(true) }),
  errors: ['validation_failed', 'forbidden'],
  needs: { main: 'readWrite', platformSecret: 'read', sockets: 'push' },
  examples: { body: { refreshToken: 'string' } },
  handler: async (ctx, { body }) => {
    const given = presentedRefresh(ctx, body.refreshToken)
    if (given) await endSession(ctx, given.token)
    return answer({ body: { loggedOut: true }, headers: noCookie() })
  },
})
