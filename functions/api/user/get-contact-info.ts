import { z } from 'zod'
import { resolvePhone } from '#domains/contacts/lids.ts'
import { userOf } from '#domains/contacts/model.ts'
import { findProfile, type Profile } from '#domains/contacts/people.ts'
import { type DeviceContact, findDeviceContact } from '#domains/devices/contacts.ts'
import type { Device } from '#domains/devices/model.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation, type OperationContext } from '#kit/define-operation.ts'
import { fail } from '#kit/errors.ts'
import { commandPort } from '#services'
import { type HourWords, showBusiness, shownBusiness } from './_business-profile.ts'
import { showDevice, shownDevice } from './_devices.ts'
import { documented, liveErrors, liveNeeds, personJid, required } from './_live.ts'

const contact = z.object({
  phone: z.string(),
  jid: z.string(),
  input_type: z.enum(['phone', 'jid', 'lid']),
  is_on_whatsapp: z.boolean(),
  verified_name: z.string().nullable(),
  lid: z.string().nullable(),
  devices: z.array(shownDevice).nullable(),
  user_info: z
    .object({
      status: z.string(),
      picture_id: z.string(),
      verified_name: z.string().nullable(),
      is_business_account: z.boolean(),
      device_count: z.number().int(),
    })
    .nullable(),
  avatar: z.object({ url: z.string(), id: z.string(), type: z.string(), direct_path: z.string() }).nullable(),
  contact_names: z
    .object({ first_name: z.string(), full_name: z.string(), push_name: z.string(), business_name: z.string() })
    .nullable(),
  business_profile: shownBusiness.nullable(),
})

type Shown = z.input<typeof contact>

const words: HourWords = { day: (name) => name, mode: (name) => (name === 'specific_hours' ? 'open_with_hours' : name) }

const inputType = (text: string): Shown['input_type'] =>
  !text.includes('@') ? 'phone' : text.trim().endsWith('@lid') ? 'lid' : 'jid'

/** The JID of the phone number: WhatsApp does not tell the number of a LID, so it has to be known. */
const phoneJidOf = async (ctx: OperationContext, device: Device, jid: string): Promise<string> => {
  if (!jid.endsWith('@lid')) return jid
  const known = await resolvePhone(ctx, device, userOf(jid), commandPort)
  if (known) return `${known.phone}@s.whatsapp.net`
  throw fail('not_found', {
    message: 'could not resolve LID to phone number. The LID mapping may not be cached locally',
  })
}

const namesOf = (found: DeviceContact | undefined): Shown['contact_names'] =>
  found
    ? {
        first_name: found.firstName ?? '',
        full_name: found.fullName ?? '',
        push_name: found.pushName ?? '',
        business_name: found.businessName ?? '',
      }
    : null

const show = (
  { jid, exists, lid, verifiedName, person, picture, business }: Profile,
  names: DeviceContact | undefined,
): Omit<Shown, 'input_type'> => ({
  phone: userOf(jid),
  jid,
  is_on_whatsapp: exists,
  verified_name: verifiedName ?? null,
  lid: lid ?? person?.lid ?? null,
  devices: person?.devices.map((one) => showDevice(jid, one)).map((device) => ({ ...device, jid: device.ad })) ?? null,
  user_info: person
    ? {
        status: person.about,
        picture_id: person.pictureId ?? '',
        verified_name: person.verifiedName ?? null,
        is_business_account: person.isBusiness,
        device_count: person.devices.length,
      }
    : null,
  avatar: picture
    ? { url: picture.url, id: picture.id, type: picture.type, direct_path: picture.directPath ?? '' }
    : null,
  contact_names: namesOf(names),
  business_profile: business ? showBusiness(business, words) : null,
})

export const operation = defineOperation({
  key: 'digigo POST /user/contact/info',
  group: 'User',
  summary: 'Everything known about one contact',
  description:
    'What WhatsApp does not show, or what there is not, is null. Of a number that is not on WhatsApp only that is said.',
  auth: ['deviceToken'],
  input: { body: z.object({ phone: z.string().optional().describe('Required. Phone number, JID or LID') }) },
  output: contact,
  errorForm: 'bare',
  refusals: { body: 'could not decode payload' },
  errors: [...liveErrors, 'validation_failed', 'not_found'],
  needs: liveNeeds,
  examples: { body: { phone: '5511999999999' } },
  handler: async (ctx, { body }) => {
    const text = required(body.phone, 'missing phone in payload')
    const asked = personJid(text, 'invalid phone number, JID, or LID')
    const device = await sessionDevice(ctx, ctx.actor)
    const jid = await phoneJidOf(ctx, device, asked)
    const found = findProfile(commandPort(), device, jid)
    const profile = await documented('failed to check WhatsApp registration', found)
    const { lid } = profile
    const names = await findDeviceContact(ctx, device.id, { pn: profile.jid, lid: lid ?? profile.person?.lid })
    return { input_type: inputType(text), ...show(profile, names) }
  },
})
