import { z } from 'zod'
import { defineEvent } from '#kit/define-event.ts'

/** An endpoint said 410: its owner removed it, so nothing more is sent until somebody switches it on again. */
export const webhookDisabled = defineEvent({
  type: 'webhook.disabled',
  version: 1,
  summary: 'A webhook was switched off because its receiver answered 410 Gone.',
  data: z.object({
    endpoint: z.string().describe('`d-` and the device id, or `w-` and the number of the webhook'),
    origin: z.string().describe('Scheme and host of the address; the rest may hold secrets'),
    reason: z.string(),
  }),
  project: (_image, facts) => ({
    endpoint: String(facts.endpoint),
    origin: String(facts.origin),
    reason: String(facts.reason),
  }),
})
