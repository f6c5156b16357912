import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { AppError, fail } from '#kit/errors.ts'
import { liveErrors, liveNeeds } from './_live.ts'
import { devicesInput, devicesOutput, userDevices } from './_user-devices.ts'

/** Milliseconds after which the request gives up. */
const WAIT_MS = 10_000

export const operation = defineOperation({
  key: 'digigo POST /device/users/context',
  group: 'Device',
  summary: 'Devices of users with timeout',
  description: `Gives up after ${WAIT_MS / 1000} seconds with 408.`,
  auth: ['deviceToken'],
  input: { body: devicesInput },
  output: devicesOutput.extend({ timeout_used: z.boolean() }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed', 'request_timeout'],
  needs: liveNeeds,
  examples: { body: { jids: ['5491155553934@s.whatsapp.net', '5521971532700@s.whatsapp.net'] } },
  handler: async (ctx, { body }) => {
    const found = await userDevices(ctx, body.jids, WAIT_MS).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'upstream_timeout') throw error
      throw fail('request_timeout', { message: 'request timeout while retrieving devices', cause: error })
    })
    return { ...found, timeout_used: false }
  },
})
