import { z } from 'zod'
import { readAbout } from '#domains/devices/account.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds } from './_live.ts'

export const operation = defineOperation({
  key: 'digigo GET /user/status',
  group: 'User',
  summary: 'Own about text',
  auth: ['deviceToken'],
  input: {},
  output: z.object({ status: z.string() }),
  errorForm: 'bare',
  errors: liveErrors,
  needs: liveNeeds,
  handler: async (ctx) => {
    const device = await sessionDevice(ctx, ctx.actor)
    return { status: await documented('failed to get status', readAbout(commandPort(), device)) }
  },
})
