import { z } from 'zod'
import { userOf } from '#domains/contacts/model.ts'
import { checkNumbers } from '#domains/contacts/people.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { readRecipient } from '#kit/phone.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds } from './_live.ts'

const phone = z
  .string()
  .refine((text) => readRecipient(text)?.address.pn !== undefined, 'must be a phone number with country code')

const user = z.object({
  IsInWhatsapp: z.boolean(),
  JID: z.string(),
  Query: z.string(),
  VerifiedName: z.string(),
  LID: z.string().optional(),
})

export const operation = defineOperation({
  key: 'digigo POST /user/check',
  group: 'User',
  summary: 'Check numbers for WhatsApp',
  auth: ['deviceToken'],
  input: { body: z.object({ Phone: z.union([z.array(phone).min(1).max(500), phone.transform((text) => [text])]) }) },
  output: z.object({ Users: z.array(user) }),
  errors: [...liveErrors, 'validation_failed'],
  needs: liveNeeds,
  examples: { body: { Phone: ['5491155553934', '5521971532700'] } },
  handler: async (ctx, { body }) => {
    const device = await sessionDevice(ctx, ctx.actor)
    const phones = body.Phone.map((text) => userOf(readRecipient(text)?.jid ?? ''))
    const found = await documented('failed to check users', checkNumbers(commandPort(), device, phones))
    return {
      Users: body.Phone.map((Query, at) => ({
        IsInWhatsapp: found[at]?.exists === true,
        JID: found[at]?.jid ?? `${phones[at]}@s.whatsapp.net`,
        Query,
        VerifiedName: found[at]?.verifiedName ?? '',
        LID: found[at]?.lid,
      })),
    }
  },
})
