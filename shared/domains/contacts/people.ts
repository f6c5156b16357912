import { z } from 'zod'
import { ask, type CommandPort } from '../commands/dispatch.ts'
import type { Device } from '../devices/model.ts'

const linkedDevice = z.object({
  id: z.number().int(),
  platform: z.string().optional(),
  connected: z.boolean().optional(),
})

const registration = z.object({
  phone: z.string(),
  exists: z.boolean(),
  jid: z.string().optional(),
  lid: z.string().optional(),
  verifiedName: z.string().optional(),
})

const person = z.object({
  pn: z.string().optional(),
  lid: z.string().optional(),
  about: z.string(),
  pictureId: z.string().optional(),
  verifiedName: z.string().optional(),
  isBusiness: z.boolean(),
  devices: z.array(linkedDevice),
})

const picture = z.object({ id: z.string(), url: z.string(), type: z.string(), directPath: z.string().optional() })

const businessProfile = z.object({
  jid: z.string(),
  email: z.string().optional(),
  address: z.string().optional(),
  description: z.string().optional(),
  websites: z.array(z.string()),
  categories: z.array(z.object({ id: z.string(), name: z.string() })),
  options: z.record(z.string(), z.string()),
  timezone: z.string().optional(),
  /** Times in minutes of the day. */
  hours: z.array(
    z.object({ day: z.string(), mode: z.string(), opens: z.number().optional(), closes: z.number().optional() }),
  ),
})

const profile = registration.omit({ phone: true }).extend({
  jid: z.string(),
  person: person.optional(),
  picture: picture.optional(),
  business: businessProfile.optional(),
})

const devicesOfOne = z.object({
  asked: z.string(),
  jid: z.string(),
  exists: z.boolean(),
  devices: z.array(linkedDevice),
})

/** A device of an account by its number, 0 for the phone. Its kind is known of the own account's only, as far as these tell. */
export type LinkedDevice = z.infer<typeof linkedDevice>

/** What a business says about itself. */
export type BusinessProfile = z.infer<typeof businessProfile>

/** Everything known about one number at WhatsApp. */
export type Profile = z.infer<typeof profile>

/** Which phone numbers (digits) have WhatsApp, in the order they were given. Throws what `ask` does, as all here. */
export const checkNumbers = async (port: CommandPort, device: Device, phones: string[]) =>
  z.array(registration).parse(await ask(port, device, { type: 'users.check', phones }))

/** Facts about people by JID; those that WhatsApp does not know are absent. */
export const describePeople = async (port: CommandPort, device: Device, jids: string[]) =>
  z.array(person.extend({ asked: z.string() })).parse(await ask(port, device, { type: 'users.info', jids }))

/** Everything about one phone number (JID). */
export const findProfile = async (port: CommandPort, device: Device, jid: string): Promise<Profile> =>
  profile.parse(await ask(port, device, { type: 'users.profile', jid }))

/** Devices of people by JID, within `waitMs`. */
export const listDevicesOf = async (port: CommandPort, device: Device, jids: string[], waitMs?: number) =>
  z.array(devicesOfOne).parse(await ask(port, device, { type: 'users.devices', jids }, waitMs))

/** Which picture is asked for: `commonGroup`, `inviteCode` and `personaId` are ways to see one that is not shown to everybody. */
type PictureQuestion = {
  jid: string
  preview: boolean
  community?: boolean
  commonGroup?: string
  inviteCode?: string
  personaId?: string
}

/** Where a profile picture lies. Throws `not_found` when there is none and `forbidden` when it is not shown to the account. */
export const findPicture = async (port: CommandPort, device: Device, question: PictureQuestion) =>
  picture.parse(await ask(port, device, { type: 'users.avatar', ...question }))

/** The profile of a business. Throws `not_found` for an account that is none. */
export const findBusinessProfile = async (port: CommandPort, device: Device, jid: string): Promise<BusinessProfile> =>
  businessProfile.parse(await ask(port, device, { type: 'users.business-profile', jid }))

const addresses = z.object({ pn: z.string().optional(), lid: z.string().optional() })

/** Both addresses of a person, asked of the task that holds the connection; it asks WhatsApp for a LID it does not know. */
export const findAddresses = async (port: CommandPort, device: Device, jid: string) =>
  addresses.parse(await ask(port, device, { type: 'users.lid', jid }))
