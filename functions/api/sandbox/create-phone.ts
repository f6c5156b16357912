import { z } from 'zod'
import { askSandbox } from '#domains/sandbox/drive.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { DRIVER, PHONE_ERRORS, phoneView } from './_phone.ts'

export const operation = defineOperation({
  ...DRIVER,
  key: 'own POST /api/v1/sandbox/phones',
  group: 'Sandbox',
  summary: 'Make a simulated phone',
  description: 'A number that has a phone already answers that phone.',
  input: {
    body: z.object({
      phone: z.string().regex(/^\+?\d{5,20}$/, 'must be a phone number with country code'),
      name: z.string().trim().min(1).max(100).optional(),
      autoRead: z.boolean().optional().describe('Reads what arrives by itself'),
    }),
  },
  output: phoneView,
  errors: PHONE_ERRORS,
  needs: { sandbox: 'drive' },
  examples: { body: { phone: '15550002222', name: 'Ada' } },
  handler: async (_ctx, { body }) => phoneView.parse(await askSandbox({ method: 'POST', path: '/phones', body })),
})
