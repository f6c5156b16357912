import { z } from 'zod'
import { endSession, NOT_TOLD } from '#domains/devices/connection.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'

export const operation = defineOperation({
  key: 'digigo POST /session/logout',
  group: 'Session',
  summary: 'Log out and drop credentials',
  description:
    'The device is removed from the phone and its credentials are deleted: the next connection needs a QR code. A login that the ' +
    'phone ended before counts as logged out.',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ Details: z.string() }),
  errors: ['unauthenticated', 'no_session', 'upstream_timeout'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  handler: async (ctx) => {
    const ended = await endSession(ctx, commandPort(), await ownDevice(ctx, ctx.actor))
    if (!ended) throw fail('no_session')
    return { Details: ended.told ? 'Logged out' : `Logged out. ${NOT_TOLD}` }
  },
})
