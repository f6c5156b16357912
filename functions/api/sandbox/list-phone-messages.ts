import { z } from 'zod'
import { askSandbox } from '#domains/sandbox/drive.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { DRIVER, PHONE_ERRORS, phoneMessage, phoneParams, phonePath } from './_phone.ts'

/** Messages that one answer shows: the newest. */
const SHOWN = 200

export const operation = defineOperation({
  ...DRIVER,
  key: 'own GET /api/v1/sandbox/phones/{phone}/messages',
  group: 'Sandbox',
  summary: 'What a simulated phone shows, oldest first',
  description: `The newest ${SHOWN} messages of a chat, or of all of them.`,
  input: { params: phoneParams, query: z.object({ chat: z.string().max(100).optional() }) },
  output: z.array(phoneMessage),
  errors: PHONE_ERRORS,
  needs: { sandbox: 'drive' },
  handler: async (_ctx, { params, query }) => {
    const search = query.chat ? `?chat=${encodeURIComponent(query.chat)}` : ''
    const path = phonePath(params, `/messages${search}`)
    return z
      .array(phoneMessage)
      .parse(await askSandbox({ method: 'GET', path }))
      .slice(-SHOWN)
  },
})
