import { z } from 'zod'
import { listButton } from '#domains/messages/native-flow.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { label } from './_context-info.ts'
import { commonFields, presenceField, sendAndAnswer, sendErrors, sendNeeds, sendResult } from './_send.ts'

const limited = (limit: number) => z.string().max(limit, `has at most ${limit} characters`)

const words = (limit: number) => limited(limit).min(1, 'must not be empty')

const optional = (limit: number) =>
  limited(limit)
    .transform((text) => text || undefined)
    .optional()

const row = z.object({
  RowId: label.describe('Comes back with the answer'),
  Title: words(24),
  Description: limited(72),
})

const section = z.object({
  Title: limited(24),
  Rows: z.array(row).min(1, 'has at least one row').max(10, 'has at most 10 rows'),
})

const body = z
  .object({
    ...commonFields,
    presence: presenceField,
    Text: words(1024),
    Title: optional(60),
    Footer: optional(60),
    ButtonText: words(20).describe('What opens the list'),
    Sections: z.array(section).min(1, 'has at least one section').max(10, 'has at most 10 sections'),
  })
  .superRefine(({ Sections }, issues) => {
    const seen = new Set<string>()
    for (const [at, { Rows }] of Sections.entries()) {
      for (const [place, { RowId }] of Rows.entries()) {
        const path = ['Sections', at, 'Rows', place, 'RowId']
        if (seen.has(RowId)) issues.addIssue({ code: 'custom', path, message: 'is the id of another row' })
        seen.add(RowId)
      }
    }
  })

export const operation = defineOperation({
  key: 'digigo POST /chat/send/list',
  group: 'Send',
  summary: 'Send a list message',
  description:
    'Sent in the form that WhatsApp takes today: a button that opens the list. The chosen row comes as an event.',
  auth: ['deviceToken'],
  input: { body },
  output: sendResult,
  errors: sendErrors,
  needs: sendNeeds,
  idempotent: true,
  examples: {
    body: {
      Phone: '5521971532700',
      Text: 'Choose one of the options below',
      Title: 'Product Catalog',
      Footer: 'Powered by DigiGO API',
      ButtonText: 'View Options',
      Sections: [
        {
          Title: 'Main Products',
          Rows: [{ RowId: 'product_1', Title: 'Premium Package', Description: 'Complete package with all features' }],
        },
      ],
    },
  },
  handler: (ctx, { body }) => {
    const sections = body.Sections.map(({ Title, Rows }) => ({
      title: Title,
      rows: Rows.map((row) => ({ id: row.RowId, title: row.Title, description: row.Description })),
    }))
    const common = { ...body, Presence: body.Presence ?? body.presence }
    return sendAndAnswer(ctx, common, {
      kind: 'interactive',
      form: 'list',
      panel: {
        title: body.Title,
        text: body.Text,
        footer: body.Footer,
        buttons: [listButton(body.ButtonText, sections)],
      },
    })
  },
})
