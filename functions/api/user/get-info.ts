import { z } from 'zod'
import { describePeople } from '#domains/contacts/people.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'
import { showDevice, shownDevice } from './_devices.ts'
import { documented, liveErrors, liveNeeds, personJid, refuse } from './_live.ts'

const MOST = 100

const phones = z
  .union([z.string(), z.array(z.string()).max(MOST, `has at most ${MOST} numbers`)])
  .describe(`Phone number, JID or LID, or a list of up to ${MOST} of them`)

const user = z.object({
  jid: z.string(),
  status: z.string().describe('The text about the user; empty when it is not shown to this account'),
  picture_id: z.string().optional(),
  verified_name: z.string().optional(),
  business_name: z.string().optional(),
  lid: z.string().optional(),
  is_business_account: z.boolean(),
  device_count: z.number().int(),
  first_device: z.string().optional(),
  devices: z.array(shownDevice),
})

const NONE = "missing phone numbers in payload. Use 'Phone' or 'phone' field"

export const operation = defineOperation({
  key: 'digigo POST /user/info',
  group: 'User',
  summary: 'Facts about WhatsApp users',
  description:
    'Numbers that WhatsApp does not know are left out of the answer; when it knows none of them the request fails. WhatsApp names the devices of others by number only, so their kind is UNKNOWN.',
  auth: ['deviceToken'],
  input: { body: z.object({ Phone: phones.optional(), phone: phones.optional() }) },
  output: z.object({ users: z.record(z.string(), user) }),
  errorForm: { 500: 'coded' },
  errors: [...liveErrors, 'validation_failed', 'not_on_whatsapp'],
  needs: liveNeeds,
  examples: { body: { Phone: ['5521971532700', '5521979232690'] } },
  handler: async (ctx, { body }) => {
    const asked = [body.Phone ?? body.phone ?? []].flat().filter((text) => text.trim() !== '')
    if (asked.length === 0) throw refuse(NONE)
    const jids = asked.map((text) => personJid(text, `invalid phone number, JID, or LID: ${text}`))
    const device = await sessionDevice(ctx, ctx.actor)
    const people = await documented('failed to get user info', describePeople(commandPort(), device, jids))
    if (people.length === 0) throw fail('not_on_whatsapp')
    const shown = people.map((person): [string, z.input<typeof user>] => {
      const jid = person.pn ?? person.lid ?? person.asked
      const devices = person.devices.map((one) => showDevice(jid, one))
      return [
        jid,
        {
          jid,
          status: person.about,
          picture_id: person.pictureId,
          verified_name: person.verifiedName,
          business_name: person.verifiedName,
          lid: person.lid,
          is_business_account: person.isBusiness,
          device_count: devices.length,
          first_device: devices[0]?.jid,
          devices,
        },
      ]
    })
    return { users: Object.fromEntries(shown) }
  },
})
