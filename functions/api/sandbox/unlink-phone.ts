import { z } from 'zod'
import { askSandbox } from '#domains/sandbox/drive.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { DRIVER, PHONE_ERRORS, phoneParams, phonePath, phoneView } from './_phone.ts'

export const operation = defineOperation({
  ...DRIVER,
  key: 'own POST /api/v1/sandbox/phones/{phone}/unlink',
  group: 'Sandbox',
  summary: 'Log a companion out from a simulated phone',
  input: { params: phoneParams, body: z.object({ device: z.number().int().positive() }) },
  output: phoneView,
  errors: PHONE_ERRORS,
  needs: { sandbox: 'drive' },
  examples: { body: { device: 3 } },
  handler: async (_ctx, { params, body }) =>
    phoneView.parse(await askSandbox({ method: 'POST', path: phonePath(params, '/unlink'), body })),
})
