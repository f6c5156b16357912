import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { idField, post, postErrors, postResult } from './_post.ts'

const TEXT_LIMIT = 650
const MOST_ARGB = 0xff_ff_ff_ff
const FONTS = [0, 1, 2, 6, 7, 8, 9, 10] as const

/** A colour as one decimal number, alpha first. */
const argb = z
  .string()
  .refine((text) => /^\d{1,10}$/.test(text) && Number(text) <= MOST_ARGB, {
    message: 'is an ARGB colour as a decimal number up to 4294967295',
  })
  .transform(Number)
  .optional()

export const operation = defineOperation({
  key: 'digigo POST /status/send/text',
  group: 'Status',
  summary: 'Post a text status',
  description: 'Seen by the contacts of the account, as its status privacy allows.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      text: z.string().min(1).max(TEXT_LIMIT, `has at most ${TEXT_LIMIT} characters`),
      background_color: argb,
      text_color: argb,
      font: z.union(FONTS.map((font) => z.literal(font))).optional(),
      id: idField,
    }),
  },
  output: postResult,
  envelope: 'flat',
  errors: postErrors,
  needs: { main: 'readWrite', session: 'read', commands: 'send' },
  idempotent: true,
  examples: {
    body: {
      text: 'Hello World! This is my status update 🌟',
      background_color: '4294967295',
      text_color: '4278190080',
      font: 7,
    },
  },
  handler: (ctx, { body }) => {
    const style = { backgroundArgb: body.background_color, textArgb: body.text_color, font: body.font }
    return post(ctx, 'text_status', { kind: 'text', text: body.text, style }, body.id)
  },
})
