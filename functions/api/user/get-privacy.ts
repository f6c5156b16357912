import { z } from 'zod'
import { readPrivacy } from '#domains/devices/privacy.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds } from './_live.ts'
import { shownPrivacy } from './_privacy.ts'

export const operation = defineOperation({
  key: 'digigo GET /privacy/settings',
  group: 'Privacy',
  summary: 'Own privacy settings (privacy section)',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ success: z.literal(true), privacy_settings: shownPrivacy }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: liveErrors,
  needs: liveNeeds,
  handler: async (ctx) => {
    const device = await sessionDevice(ctx, ctx.actor)
    const settings = await documented('failed to get privacy settings', readPrivacy(commandPort(), device))
    return { success: true as const, privacy_settings: settings }
  },
})
