import { z } from 'zod'
import { removeOwnPicture } from '#domains/devices/account.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds } from './_live.ts'

export const operation = defineOperation({
  key: 'digigo POST /user/photo/remove',
  group: 'User',
  summary: 'Remove own profile photo',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ Details: z.string() }),
  errorForm: 'data',
  errors: liveErrors,
  needs: liveNeeds,
  handler: async (ctx) => {
    const device = await sessionDevice(ctx, ctx.actor)
    await documented('failed to remove profile photo', removeOwnPicture(commandPort(), device))
    return { Details: 'Profile photo removed successfully' }
  },
})
