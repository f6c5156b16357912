import { z } from 'zod'
import { changeSettings, takeUpSettings } from '#domains/devices/change-settings.ts'
import { ownDevice } from '#domains/devices/lookup.ts'
import { DEFAULT_REJECT_MESSAGE } from '#domains/devices/model.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { rejectType } from './_reject-type.ts'

export const operation = defineOperation({
  key: 'digigo POST /session/skipcalls/config',
  group: 'Session Skips',
  summary: 'Set: incoming calls are rejected',
  description:
    'Calls are rejected at once, the caller gets `reject_message` (the default sentence when it is left out, nothing when it is empty), and no call events are announced. It counts from the answer on.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      enabled: z.boolean(),
      reject_message: z.string().max(1024).optional(),
      reject_type: rejectType.optional(),
    }),
  },
  output: z.object({
    Details: z.string(),
    SkipCalls: z.boolean(),
    RejectMessage: z.string(),
    RejectType: z.string(),
  }),
  refusals: { reject_type: 'invalid reject_type, must be: busy, declined, or unavailable' },
  errors: ['validation_failed', 'unauthenticated', 'try_again'],
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  examples: {
    body: {
      enabled: true,
      reject_message: 'Sorry, I cannot take calls at the moment. Please send a message.',
      reject_type: 'busy',
    },
  },
  handler: async (ctx, { body }) => {
    const device = await ownDevice(ctx, ctx.actor)
    const { settings, ...changed } = await changeSettings(ctx, device, {
      skipCalls: body.enabled,
      callRejectMessage: body.reject_message ?? DEFAULT_REJECT_MESSAGE,
      ...(body.reject_type !== undefined && { callRejectType: body.reject_type }),
    })
    await takeUpSettings(commandPort(), { ...changed, settings })
    return {
      Details: 'Skip calls configuration updated successfully',
      SkipCalls: settings.skipCalls,
      RejectMessage: settings.callRejectMessage,
      RejectType: settings.callRejectType,
    }
  },
})
