import { z } from 'zod'
import { goOffline } from '#domains/devices/connection.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'

export const operation = defineOperation({
  key: 'digigo POST /session/disconnect',
  group: 'Session',
  summary: 'Close the socket, keep the session',
  description: 'The login stays: POST /session/connect connects again without a QR code.',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ Details: z.string() }),
  errors: ['unauthenticated', 'no_session', 'upstream_timeout'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  handler: async (ctx) => {
    const device = await ownDevice(ctx, ctx.actor)
    if (device.desired === 'offline') throw fail('no_session')
    await goOffline(ctx, commandPort(), device)
    return { Details: 'Disconnected' }
  },
})
