import { z } from 'zod'
import { sandboxUrl } from '#domains/sandbox/drive.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { DRIVER } from './_phone.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/sandbox',
  group: 'Sandbox',
  summary: 'Whether there is a sandbox network with simulated phones',
  auth: DRIVER.auth,
  input: {},
  output: z.object({ available: z.boolean() }),
  errors: ['unauthenticated'],
  needs: { sandbox: 'drive' },
  handler: async () => ({ available: sandboxUrl() !== undefined }),
})
