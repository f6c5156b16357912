import { z } from 'zod'
import { setDisappearing } from '#domains/devices/privacy.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds, refuse } from './_live.ts'

const SECONDS = new Map([
  ['24h', 86_400],
  ['7d', 604_800],
  ['90d', 7_776_000],
  ['off', 0],
])

export const operation = defineOperation({
  key: 'digigo POST /privacy/disappearing-timer',
  group: 'Privacy',
  summary: 'Set the default disappearing timer',
  description: 'Counts for chats that begin afterwards.',
  auth: ['deviceToken'],
  input: { body: z.object({ timer: z.string().optional().describe('Required. 24h, 7d, 90d or off') }) },
  output: z.object({ success: z.literal(true), message: z.string(), timer: z.string() }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed'],
  needs: liveNeeds,
  examples: { body: { timer: '24h' } },
  handler: async (ctx, { body: { timer } }) => {
    if (!timer) throw refuse('missing timer in payload')
    const seconds = SECONDS.get(timer)
    if (seconds === undefined) throw refuse('invalid timer value. Use: 24h, 7d, 90d, or off')
    const device = await sessionDevice(ctx, ctx.actor)
    await documented('failed to set disappearing timer', setDisappearing(commandPort(), device, seconds))
    return { success: true as const, message: `Default disappearing timer set to ${timer}`, timer }
  },
})
