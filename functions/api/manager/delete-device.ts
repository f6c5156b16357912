import { z } from 'zod'
import { logOutAndRemove } from '#domains/devices/remove.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { requireSession, tokenQuery } from './_session.ts'

export const operation = defineOperation({
  key: 'manager DELETE /api/device',
  group: 'API Documentation',
  summary: 'Delete a device token',
  description: 'Ends the login at WhatsApp and deletes the device with its token. Its messages stay.',
  auth: ['managerKey'],
  input: { query: tokenQuery },
  output: z.object({ message: z.string() }),
  errors: ['validation_failed', 'unauthenticated', 'not_found', 'try_again'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  handler: async (ctx, { query }) => {
    await logOutAndRemove(ctx, commandPort(), await requireSession(ctx, query.token))
    return { message: 'Device deleted' }
  },
})
