import { z } from 'zod'
import { getContact } from '#domains/contacts/repo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { requireNumber } from '#kit/number-id.ts'
import { contactRow, rowOf } from './_contact.ts'

export const operation = defineOperation({
  key: 'own GET /api/v1/contacts/{id}/card',
  group: 'contacts',
  summary: 'One contact, by its number in the workspace',
  auth: ['apiKey', 'userToken'],
  input: { params: z.object({ id: z.string() }) },
  output: contactRow,
  errors: ['unauthenticated', 'not_found'],
  needs: { main: 'read' },
  handler: async (ctx, { params }) => rowOf(await getContact(ctx, ctx.actor.tenantId, requireNumber(params.id))),
})
