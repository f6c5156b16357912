import { z } from 'zod'
import { driveSandbox } from '#domains/sandbox/drive.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { DRIVER, PHONE_ERRORS, phoneParams, phonePath } from './_phone.ts'

export const operation = defineOperation({
  ...DRIVER,
  key: 'own POST /api/v1/sandbox/phones/{phone}/read',
  group: 'Sandbox',
  summary: 'Read messages on a simulated phone',
  description: 'Whoever sent them gets read receipts.',
  input: { params: phoneParams, body: z.object({ id: z.union([z.string(), z.array(z.string()).min(1).max(200)]) }) },
  output: z.object({ read: z.literal(true) }),
  errors: PHONE_ERRORS,
  needs: { sandbox: 'drive' },
  examples: { body: { id: '3EB0C0FFEE' } },
  handler: async (_ctx, { params, body }) => {
    await driveSandbox({ method: 'POST', path: phonePath(params, '/read'), body })
    return { read: true as const }
  },
})
