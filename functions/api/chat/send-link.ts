import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { caption, commonFields, sendAndAnswer, sendErrors, sendNeeds, sendResult } from './_send.ts'

const link = z
  .string()
  .max(2000, 'has at most 2000 characters')
  .refine((text) => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text), 'must be a valid http or https URL')

export const operation = defineOperation({
  key: 'digigo POST /chat/send/link',
  group: 'Send',
  summary: 'Send a link with preview',
  description:
    'A text of the caption and the link, with title, description and picture of the page. A page that cannot be fetched within seconds, or must not be (private addresses), is sent without a preview.',
  auth: ['deviceToken'],
  input: { body: z.object({ ...commonFields, Link: link, Caption: caption }) },
  output: sendResult,
  errors: sendErrors,
  needs: sendNeeds,
  idempotent: true,
  examples: { body: { Phone: '5521971532700', Link: 'https://example.com', Caption: 'Link Description' } },
  handler: (ctx, { body }) => {
    const text = body.Caption ? `${body.Caption}\n${body.Link}` : body.Link
    return sendAndAnswer(ctx, body, { kind: 'link', text, url: body.Link })
  },
})
