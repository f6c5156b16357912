import { z } from 'zod'
import { updateContact } from '#domains/contacts/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'
import { line } from '#kit/text.ts'
import { contactRow, rowOf } from './_contact.ts'

const removable = (most: number) =>
  line(most)
    .transform((text) => text || null)
    .nullable()
    .optional()

export const operation = defineOperation({
  key: 'own PATCH /api/v1/contacts/{id}/card',
  group: 'contacts',
  summary: 'Change what people wrote into a contact',
  description: 'Fields that are left out stay as they are; null or an empty text removes one.',
  auth: ['apiKey', 'userToken'],
  capability: 'contacts.write',
  input: {
    params: z.object({ id: z.string() }),
    body: z.object({
      name: removable(200).describe('Wins over the name the person chose on WhatsApp'),
      company: removable(200),
      segment: removable(60),
      email: z
        .union([z.literal('').transform(() => null), z.email()])
        .nullable()
        .optional(),
    }),
  },
  output: contactRow,
  errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found', 'conflict'],
  needs: { main: 'readWrite' },
  examples: { body: { company: 'Acme', segment: 'vip' } },
  handler: async (ctx, { params, body }) =>
    rowOf(await updateContact(ctx, ctx.actor.tenantId, requireNumber(params.id), body)),
})
