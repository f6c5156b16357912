import { isSettled, requestOnline, watchDevice } from '#domains/devices/connection.ts'
import { isOnline } from '#domains/devices/model.ts'
import { hasLogin } from '#domains/devices/status.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'
import { EITHER, infoOf, requireSession, sessionInfo, tokenQuery } from './_session.ts'

/** Milliseconds a caller waits for the connection. */
const CONNECT_WAIT_MS = 10_000

export const operation = defineOperation({
  key: 'manager POST /api/reconnect',
  group: 'API Documentation',
  summary: 'Reconnect a session',
  description:
    'Connects a session that has a login, and waits up to 10 seconds for it. `status` says whether it is connected.',
  auth: EITHER,
  input: { query: tokenQuery },
  output: sessionInfo,
  errors: ['validation_failed', 'unauthenticated', 'not_found', 'conflict'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  handler: async (ctx, { query }) => {
    const device = await requireSession(ctx, query.token)
    if (!hasLogin(device)) {
      throw fail('conflict', {
        message: 'The session has no login. Start it with POST /api/start and scan its QR code.',
      })
    }
    if (isOnline(device) && device.desired === 'online') return infoOf(device)
    const asked = await requestOnline(ctx, commandPort(), device)
    return infoOf(await watchDevice(ctx, asked, CONNECT_WAIT_MS, isSettled(asked)))
  },
})
