import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { label } from './_context-info.ts'
import { commonFields, sendAndAnswer, sendErrors, sendNeeds, sendResult } from './_send.ts'

/** Characters of a card at most; a photo inside one would travel in the message itself, which is meant for words. */
const CARD_LIMIT = 64_000

const vcard = z
  .string()
  .max(CARD_LIMIT, `has at most ${CARD_LIMIT} characters`)
  .regex(/^\s*BEGIN:VCARD\r?\n[\s\S]*\nEND:VCARD\s*$/i, 'must be a vCard, from BEGIN:VCARD to END:VCARD')

export const operation = defineOperation({
  key: 'digigo POST /chat/send/contact',
  group: 'Send',
  summary: 'Send a contact',
  description: 'The card is sent as it is. A number with `waid=` in its line can be written to from the card.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      ...commonFields,
      Name: label.describe('Name shown on the card'),
      Vcard: vcard,
    }),
  },
  output: sendResult,
  errors: sendErrors,
  needs: sendNeeds,
  idempotent: true,
  examples: {
    body: {
      Phone: '5521971532700',
      Name: 'John Doe',
      Vcard:
        'BEGIN:VCARD\nVERSION:3.0\nN:Doe;John;;;\nFN:John Doe\nTEL;type=CELL;waid=16175551212:+1 617 555 1212\nEND:VCARD',
    },
  },
  handler: (ctx, { body }) =>
    sendAndAnswer(ctx, body, { kind: 'contacts', contacts: [{ name: body.Name, vcard: body.Vcard }] }),
})
