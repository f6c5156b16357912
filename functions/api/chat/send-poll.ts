import { z } from 'zod'
import { defineOperation } from '#kit/define-operation.ts'
import { optionalText } from '#kit/text.ts'
import { label, optionalWords } from './_context-info.ts'
import { commonFields, durationField, presenceField, queued, sendErrors, sendNeeds, sendOn } from './_send.ts'

const { Phone: _phone, ...others } = commonFields

/** WhatsApp takes between these numbers of options. */
const OPTIONS = { min: 2, max: 12 } as const

const body = z
  .object({
    ...others,
    Group: optionalText.describe('JID of the group; Phone for a poll in a chat of two'),
    Phone: optionalText.describe('Phone number or JID, where Group is not given'),
    Header: optionalWords.describe('The question'),
    Question: optionalWords.describe('The same as Header'),
    Options: z
      .array(label)
      .max(OPTIONS.max, `has at most ${OPTIONS.max} options`)
      .refine((options) => options.length >= OPTIONS.min, `has at least ${OPTIONS.min} options`)
      .refine((options) => new Set(options).size === options.length, 'must differ from each other'),
    MaxAnswer: z
      .number()
      .int()
      .nonnegative()
      .optional()
      .describe('1: one answer each; else as many as there are options'),
    max_answer: z.number().int().nonnegative().optional(),
    presence: presenceField,
    duration: durationField,
  })
  .refine(({ Group, Phone }) => Group ?? Phone, { path: ['Group'], message: 'is required, or Phone' })
  .refine(({ Group, Phone }) => !Group || !Phone || Group === Phone, {
    path: ['Phone'],
    message: 'cannot be combined with Group',
  })
  .refine(({ Header, Question }) => Header ?? Question, { path: ['Header'], message: 'is required, or Question' })

export const operation = defineOperation({
  key: 'digigo POST /chat/send/poll',
  group: 'Send',
  summary: 'Send a poll',
  description:
    'To a group with Group, or to a person with Phone. Votes come as events; WhatsApp knows polls with one answer, and polls with any number of them.',
  auth: ['deviceToken'],
  input: { body },
  output: z.object({ Details: z.string(), Id: z.string() }),
  errors: sendErrors,
  needs: sendNeeds,
  idempotent: true,
  examples: {
    body: {
      Group: '120363417042313103@g.us',
      Header: "What's your favorite color?",
      Options: ['Red', 'Blue'],
      MaxAnswer: 1,
    },
  },
  handler: async (ctx, { body }) => {
    const { Group, Phone, Header, Question, Options, presence, duration, max_answer, ...rest } = body
    const common = { ...rest, Presence: rest.Presence ?? presence, Duration: rest.Duration ?? duration }
    const outcome = await sendOn(
      ctx,
      { ...common, Phone: Group ?? Phone ?? '' },
      {
        kind: 'poll',
        question: Header ?? Question ?? '',
        options: Options,
        single: (rest.MaxAnswer ?? max_answer) === 1,
      },
    )
    const shown = { Id: outcome.messageId }
    return outcome.state === 'sent' ? { Details: 'Poll sent successfully', ...shown } : queued(shown)
  },
})
