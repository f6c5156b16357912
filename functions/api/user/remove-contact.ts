import { z } from 'zod'
import { userOf } from '#domains/contacts/model.ts'
import { removeContact } from '#domains/devices/account.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds, phoneJid, required } from './_live.ts'

export const operation = defineOperation({
  key: 'digigo POST /user/contact/remove',
  group: 'User',
  summary: 'Remove a contact',
  description:
    'The contact leaves the address book of the phone and of all devices. Nobody is blocked, and the chat stays.',
  auth: ['deviceToken'],
  input: {
    body: z.object({ phone: z.string().optional().describe('Required. Phone number with country code, without +') }),
  },
  output: z.object({ success: z.literal(true), message: z.string(), phone: z.string() }),
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed', 'try_again'],
  needs: liveNeeds,
  examples: { body: { phone: '5511999999999' } },
  handler: async (ctx, { body }) => {
    const jid = phoneJid(required(body.phone, 'phone number cannot be empty'), 'could not parse phone number')
    const device = await sessionDevice(ctx, ctx.actor)
    await documented('failed to remove contact', removeContact(commandPort(), device, jid))
    return { success: true as const, message: 'Contact removed successfully', phone: userOf(jid) }
  },
})
