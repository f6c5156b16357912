import { z } from 'zod'
import { userOf } from '#domains/contacts/model.ts'
import { saveContact } from '#domains/devices/account.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds, phoneJid, required } from './_live.ts'

export const operation = defineOperation({
  key: 'digigo POST /user/contact/add',
  group: 'User',
  summary: 'Add or rename a contact',
  description: 'The contact is saved to the address book of the phone and synchronised to all devices.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      phone: z.string().optional().describe('Required. Phone number with country code, without +'),
      full_name: z.string().max(255).optional().describe('Required. Name of the contact'),
    }),
  },
  output: z.object({ success: z.literal(true), message: z.string(), phone: z.string(), full_name: z.string() }),
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed', 'try_again'],
  needs: liveNeeds,
  examples: { body: { phone: '5511999999999', full_name: 'João Silva' } },
  handler: async (ctx, { body }) => {
    const phone = required(body.phone, 'phone number cannot be empty')
    const name = required(body.full_name, 'full name cannot be empty')
    const jid = phoneJid(phone, 'could not parse phone number')
    const device = await sessionDevice(ctx, ctx.actor)
    await documented('failed to add contact', saveContact(commandPort(), device, jid, name))
    return { success: true as const, message: 'Contact added successfully', phone: userOf(jid), full_name: name }
  },
})
