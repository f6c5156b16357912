import { z } from 'zod'
import { type AnswerValue, answer } from '#kit/define-operation.ts'
import type { Device } from '../devices/model.ts'
import type { SendOutcome } from './send.ts'

/** What a CEOX send answers. */
export const shownSend = z.object({
  conversation_id: z.number().int(),
  contact_id: z.number().int().nullable(),
  wa_message_id: z.string(),
  device_id: z.number().int(),
  status: z.enum(['sent', 'queued']),
  timestamp: z.string(),
})

/** The answer to a CEOX send: 200 when WhatsApp acknowledged it, 202 while it is on its way. */
export const showSend = (device: Device, outcome: SendOutcome): AnswerValue => {
  const body: z.input<typeof shownSend> = {
    conversation_id: outcome.conversationId,
    contact_id: outcome.contactId ?? null,
    wa_message_id: outcome.messageId,
    device_id: device.number,
    status: outcome.state,
    timestamp: outcome.at,
  }
  return answer({ status: outcome.state === 'sent' ? 200 : 202, body })
}
