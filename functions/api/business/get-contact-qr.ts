import { z } from 'zod'
import { userOf } from '#domains/contacts/model.ts'
import { checkNumbers } from '#domains/contacts/people.ts'
import { contactLinkCode } from '#domains/devices/business.ts'
import { phoneOf } from '#domains/devices/model.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { documented, liveErrors, liveNeeds, phoneJid, refuse, required } from '#functions/api/user/_live.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'

export const operation = defineOperation({
  key: 'digigo POST /business/contact-qr',
  group: 'Business',
  summary: 'QR link for a contact',
  description:
    'WhatsApp makes contact links for the account itself only. For another number on WhatsApp this is the link that opens a chat with it, which nobody can revoke.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      phone: z.string().optional().describe('Required. Phone number'),
      revoke: z.boolean().default(false).describe('Replace the link there was; for the own number only'),
    }),
  },
  output: z.object({
    success: z.literal(true),
    phone: z.string(),
    qr_link: z.string(),
    revoked_previous: z.boolean(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed', 'not_on_whatsapp'],
  needs: liveNeeds,
  examples: { body: { phone: '5491155553934', revoke: false } },
  handler: async (ctx, { body }) => {
    const phone = userOf(phoneJid(required(body.phone, 'phone number is required'), 'invalid phone number'))
    const device = await sessionDevice(ctx, ctx.actor)
    const words = 'failed to generate QR link'
    if (phone === phoneOf(device)) {
      const code = await documented(words, contactLinkCode(commandPort(), device, body.revoke))
      return { success: true as const, phone, qr_link: `https://wa.me/qr/${code}`, revoked_previous: body.revoke }
    }
    if (body.revoke) throw refuse('only the link of the own number can be revoked')
    const [found] = await documented(words, checkNumbers(commandPort(), device, [phone]))
    if (!found?.jid) throw fail('not_on_whatsapp')
    return { success: true as const, phone, qr_link: `https://wa.me/${userOf(found.jid)}`, revoked_previous: false }
  },
})
