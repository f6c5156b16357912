import { z } from 'zod'
import { driveSandbox } from '#domains/sandbox/drive.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { DRIVER, PHONE_ERRORS, phoneParams, phonePath } from './_phone.ts'

export const operation = defineOperation({
  ...DRIVER,
  key: 'own POST /api/v1/sandbox/phones/{phone}/typing',
  group: 'Sandbox',
  summary: 'Type, record or pause on a simulated phone',
  input: {
    params: phoneParams,
    body: z.object({ to: z.string().min(1).max(100), state: z.enum(['composing', 'recording', 'paused']) }),
  },
  output: z.object({ state: z.enum(['composing', 'recording', 'paused']) }),
  errors: PHONE_ERRORS,
  needs: { sandbox: 'drive' },
  examples: { body: { to: '15550001111', state: 'composing' } },
  handler: async (_ctx, { params, body }) => {
    await driveSandbox({ method: 'POST', path: phonePath(params, '/typing'), body })
    return { state: body.state }
  },
})
