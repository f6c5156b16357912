import { z } from 'zod'
import { setPresence } from '#domains/devices/account.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds, refuse } from './_live.ts'

export const operation = defineOperation({
  key: 'digigo POST /user/presence',
  group: 'User',
  summary: 'Set global presence',
  description: 'Holds until the next connection: each begins as available.',
  auth: ['deviceToken'],
  input: { body: z.object({ type: z.string().optional().describe('Required. `available` or `unavailable`') }) },
  output: z.object({ Details: z.string() }),
  errors: [...liveErrors, 'validation_failed', 'try_again'],
  needs: liveNeeds,
  examples: { body: { type: 'available' } },
  handler: async (ctx, { body: { type } }) => {
    if (type !== 'available' && type !== 'unavailable') {
      throw refuse("Invalid presence type. Allowed values: 'available', 'unavailable'")
    }
    const device = await sessionDevice(ctx, ctx.actor)
    await documented('failed to set presence', setPresence(commandPort(), device, type === 'available'))
    return { Details: 'Presence set successfuly' }
  },
})
