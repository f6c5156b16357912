import { z } from 'zod'
import { setAbout } from '#domains/devices/account.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds } from './_live.ts'

/** What WhatsApp takes, in characters as people count them. */
const ABOUT_LIMIT = 139

export const operation = defineOperation({
  key: 'digigo POST /user/status',
  group: 'User',
  summary: 'Change own about text',
  description: `WhatsApp takes up to ${ABOUT_LIMIT} characters. Status posts are something else: see /status.`,
  auth: ['deviceToken'],
  input: {
    body: z.object({
      status: z.string().refine((text) => [...text].length <= ABOUT_LIMIT, `has at most ${ABOUT_LIMIT} characters`),
    }),
  },
  output: z.object({ success: z.literal(true), message: z.string(), status: z.string() }),
  errorForm: 'bare',
  refusals: { body: 'could not decode payload' },
  errors: [...liveErrors, 'validation_failed'],
  needs: liveNeeds,
  examples: { body: { status: 'Working from home 🏠' } },
  handler: async (ctx, { body: { status } }) => {
    const device = await sessionDevice(ctx, ctx.actor)
    await documented('failed to set status', setAbout(commandPort(), device, status))
    return { success: true as const, message: 'Status updated successfully', status }
  },
})
