import { z } from 'zod'
import { askSandbox } from '#domains/sandbox/drive.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { DRIVER, PHONE_ERRORS, phoneView } from './_phone.ts'

export const operation = defineOperation({
  ...DRIVER,
  key: 'own GET /api/v1/sandbox/phones',
  group: 'Sandbox',
  summary: 'Simulated phones',
  input: {},
  output: z.array(phoneView),
  errors: PHONE_ERRORS,
  needs: { sandbox: 'drive' },
  handler: async () => z.array(phoneView).parse(await askSandbox({ method: 'GET', path: '/phones' })),
})
