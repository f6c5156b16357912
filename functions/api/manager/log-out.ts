import { z } from 'zod'
import { endSession, NOT_TOLD } from '#domains/devices/connection.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'
import { EITHER, requireSession, tokenQuery } from './_session.ts'

export const operation = defineOperation({
  key: 'manager POST /api/logout',
  group: 'API Documentation',
  summary: 'Log a session out',
  auth: EITHER,
  input: { query: tokenQuery },
  output: z.object({ message: z.string() }),
  errors: ['validation_failed', 'unauthenticated', 'not_found', 'conflict', 'upstream_timeout'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  handler: async (ctx, { query }) => {
    const device = await requireSession(ctx, query.token)
    const ended = await endSession(ctx, commandPort(), device)
    if (!ended) throw fail('conflict', { message: 'The session is not logged in.' })
    return { message: ended.told ? 'LOGGED OUT' : `LOGGED OUT. ${NOT_TOLD}` }
  },
})
