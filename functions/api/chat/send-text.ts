import { z } from 'zod'
import { findLink } from '#domains/media/find-link.ts'
import { TEXT_LIMIT } from '#domains/messages/send-rules.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commonFields, sendAndAnswer, sendErrors, sendNeeds, sendResult } from './_send.ts'

export const operation = defineOperation({
  key: 'digigo POST /chat/send/text',
  group: 'Send',
  summary: 'Send text',
  description:
    'Answers after WhatsApp has acknowledged the message; with `Prefer: respond-async` as soon as it is queued.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      ...commonFields,
      Body: z.string().min(1, 'must not be empty').max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`),
      LinkPreview: z.boolean().optional().describe('Show title, description and picture of the first linked page'),
    }),
  },
  output: sendResult,
  errors: sendErrors,
  needs: sendNeeds,
  idempotent: true,
  examples: { body: { Phone: '5521971532700', Body: 'How you doin' } },
  handler: (ctx, { body }) => {
    const url = body.LinkPreview ? findLink(body.Body) : undefined
    const text = body.Body
    return sendAndAnswer(ctx, body, url === undefined ? { kind: 'text', text } : { kind: 'link', text, url })
  },
})
