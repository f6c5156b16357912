import { z } from 'zod'
import { askSandbox } from '#domains/sandbox/drive.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { DRIVER, PHONE_ERRORS, phoneParams, phonePath, phoneView } from './_phone.ts'

export const operation = defineOperation({
  ...DRIVER,
  key: 'own PATCH /api/v1/sandbox/phones/{phone}',
  group: 'Sandbox',
  summary: 'Rename a simulated phone, or switch it off and on',
  input: {
    params: phoneParams,
    body: z.object({
      name: z.string().trim().min(1).max(100).optional(),
      online: z.boolean().optional(),
      autoRead: z.boolean().optional(),
    }),
  },
  output: phoneView,
  errors: PHONE_ERRORS,
  needs: { sandbox: 'drive' },
  examples: { body: { online: false } },
  handler: async (_ctx, { params, body }) =>
    phoneView.parse(await askSandbox({ method: 'PATCH', path: phonePath(params), body })),
})
