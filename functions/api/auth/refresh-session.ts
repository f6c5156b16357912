import { z } from 'zod'
import { refreshSession, type Tokens } from '#domains/sessions/refresh.ts'
import { cxTokens } from '#domains/users/present-cx.ts'
import { answer, defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { mailPort } from '#services'
import { presentedRefresh } from './_cookie.ts'
import { answerTokens } from './_session.ts'

export const operation = defineOperation({
  key: 'cx POST /api/v1/auth/refresh',
  group: 'Auth',
  summary: 'Exchange a refresh token for a new pair of tokens',
  description:
    'Without `refreshToken` in the body, the cookie that a sign-in with `"cookie": true` set is used, and set anew. A token that ' +
    'was exchanged before ends the whole sign-in, and its user is told by mail.',
  auth: ['none'],
  input: { body: z.object({ refreshToken: z.string().min(1).max(200).optional() }) },
  output: cxTokens,
  errors: ['validation_failed', 'invalid_refresh_token', 'refresh_reuse_detected', 'forbidden'],
  needs: { main: 'readWrite', mails: 'send', platformSecret: 'read', sockets: 'push' },
  examples: { body: { refreshToken: 'string' } },
  handler: async (ctx, { body }) => {
    const given = presentedRefresh(ctx, body.refreshToken)
    if (!given) throw fail('validation_failed', { details: [{ path: 'refreshToken', message: 'is required' }] })
    const tokens = await refreshSession(ctx, mailPort, given.token)
    return answer(answerTokens(tokens, given.byCookie, (shown: Tokens) => shown))
  },
})
