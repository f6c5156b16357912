import type { Context } from '#kit/context.ts'
import { listLidMappings } from '../contacts/lids.ts'

/** A person as a device's address book and WhatsApp name them; the task that owns the device writes it. */
export type DeviceContact = {
  jid: string
  fullName?: string
  firstName?: string
  pushName?: string
  businessName?: string
  /** Digits. */
  phone?: string
  /** User part of the LID. */
  lid?: string
}

const listStored = async (ctx: Context, deviceId: string): Promise<DeviceContact[]> => {
  const found: DeviceContact[] = []
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await ctx.main.query<DeviceContact>({ pk: `D#${deviceId}`, prefix: 'K#', startKey })
    found.push(...page.items)
    startKey = page.next
  } while (startKey)
  return found
}

/** Facts of the second win, where it has any. */
const joined = (one: DeviceContact | undefined, other: DeviceContact): DeviceContact => ({
  ...one,
  ...Object.fromEntries(Object.entries(other).filter(([, fact]) => fact !== undefined)),
  jid: other.jid,
})

/**
 * All contacts of a device. A person known by number and by LID comes once, under the number; the LID of a number, and
 * the number of a LID, come from what the device learnt elsewhere if the contact itself does not tell.
 */
export const listDeviceContacts = async (ctx: Context, deviceId: string): Promise<DeviceContact[]> => {
  const [stored, mappings] = await Promise.all([listStored(ctx, deviceId), listLidMappings(ctx, deviceId)])
  const lids = new Map(mappings.map(({ phone, lid }) => [phone, lid]))
  const phones = new Map(mappings.map(({ phone, lid }) => [lid, phone]))
  const byPerson = new Map<string, DeviceContact>()
  for (const contact of stored) {
    const phone = contact.phone ?? (contact.lid && phones.get(contact.lid))
    const lid = contact.lid ?? (phone && lids.get(phone))
    const jid = phone ? `${phone}@s.whatsapp.net` : contact.jid
    byPerson.set(jid, joined(byPerson.get(jid), { ...contact, jid, phone, lid }))
  }
  return [...byPerson.values()].sort((a, b) => a.jid.localeCompare(b.jid))
}

/** What a device knows of one person, under either address. */
export const findDeviceContact = async (
  ctx: Context,
  deviceId: string,
  { pn, lid }: { pn?: string; lid?: string },
): Promise<DeviceContact | undefined> => {
  const jids = [lid, pn].filter((jid) => jid !== undefined)
  const found = await ctx.main.getMany<DeviceContact>(jids.map((jid) => ({ pk: `D#${deviceId}`, sk: `K#${jid}` })))
  const ordered = jids.flatMap((jid) => found.find((contact) => contact.jid === jid) ?? [])
  return ordered.reduce<DeviceContact | undefined>(joined, undefined)
}
