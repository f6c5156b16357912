import { readPrivacy } from '#domains/devices/privacy.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds } from './_live.ts'
import { shownPrivacy } from './_privacy.ts'

export const operation = defineOperation({
  key: 'digigo GET /user/privacy/settings',
  group: 'User',
  summary: 'Own privacy settings',
  auth: ['deviceToken'],
  input: {},
  output: shownPrivacy,
  errorForm: 'bare',
  errors: liveErrors,
  needs: liveNeeds,
  handler: async (ctx) => {
    const device = await sessionDevice(ctx, ctx.actor)
    return documented('failed to get privacy settings', readPrivacy(commandPort(), device))
  },
})
