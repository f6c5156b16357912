import type { Contact as ClientContact } from '@whiskeysockets/baileys'
import { LRUCache } from 'lru-cache'
import type { Key } from '#data/expressions.ts'
import { addressBookChanged } from '#domains/contacts/events.ts'
import { LID_MAPPINGS } from '#domains/contacts/lids.ts'
import { userOf } from '#domains/contacts/model.ts'
import type { Context } from '#kit/context.ts'
import { raise } from '#kit/define-event.ts'
import { bareJid } from './stanza-facts.ts'

/** A person as the device's address book and WhatsApp name them. */
export type DeviceContact = {
  jid: string
  fullName?: string
  firstName?: string
  pushName?: string
  businessName?: string
  phone?: string
  lid?: string
}

type Place = { deviceId: string; tenantId: string }

const CONTACTS = 'K#'

/** Key of a contact of a device: `D#<deviceId>` | `K#<jid>` in the main table. */
export const deviceContactKey = (deviceId: string, jid: string): Key => ({
  pk: `D#${deviceId}`,
  sk: `${CONTACTS}${jid}`,
})

const factsOf = (contact: Partial<ClientContact>): DeviceContact | undefined => {
  const id = contact.id && bareJid(contact.id)
  if (!id || !/@(s\.whatsapp\.net|lid)$/.test(id)) return undefined
  const pn = [id, contact.phoneNumber].find((jid) => jid?.endsWith('@s.whatsapp.net'))
  const lid = [id, contact.lid].find((jid) => jid?.endsWith('@lid'))
  return {
    jid: id,
    fullName: contact.name,
    firstName: contact.name?.split(' ')[0],
    pushName: contact.notify,
    businessName: contact.verifiedName,
    phone: pn && userOf(pn),
    lid: lid && userOf(lid),
  }
}

/** Keeps the contacts of devices, writing only what changed as far as this process remembers. */
export const makeContactStore = (ctx: Context) => {
  const written = new LRUCache<string, string>({ max: 20_000 })
  const AT_ONCE = 8

  /** Writes a name that is news, with its event. False when it was known. */
  const announce = async (place: Place, contact: DeviceContact, source: 'api' | 'phone'): Promise<boolean> => {
    const outcome = await ctx.main.update(deviceContactKey(place.deviceId, contact.jid), {
      set: { ...place, ...contact },
      condition: {
        text: 'attribute_not_exists(#fullName) OR #fullName <> :known',
        values: { known: contact.fullName ?? '' },
      },
      events: [raise(addressBookChanged, ctx.clock.nowMs(), { source })],
      returns: 'none',
    })
    return 'item' in outcome
  }

  const save = async (place: Place, contact: DeviceContact, source: 'api' | 'phone' | undefined): Promise<void> => {
    const { deviceId } = place
    const { jid, ...facts } = contact
    const name = `${deviceId}\n${jid}`
    const text = JSON.stringify(facts)
    if (written.get(name) === text) return
    const isNews = source !== undefined && contact.fullName !== undefined && (await announce(place, contact, source))
    if (!isNews) {
      await ctx.main.update(deviceContactKey(deviceId, jid), { set: { ...place, ...contact }, returns: 'none' })
    }
    written.set(name, text)
  }

  return {
    /** What was written before is not to be relied upon: a whole address book follows. */
    begin: (deviceId: string): void => {
      for (const key of [...written.keys()]) if (key.startsWith(`${deviceId}\n`)) written.delete(key)
    },

    /**
     * Stores what the client reports; unknown facts of a contact stay as they are. With a `source`, names in the address book that are
     * other ones than before are announced.
     */
    save: async (
      deviceId: string,
      tenantId: string,
      contacts: readonly Partial<ClientContact>[],
      source?: 'api' | 'phone',
    ): Promise<void> => {
      const due = contacts.map(factsOf).filter((contact) => contact !== undefined)
      while (due.length > 0) {
        await Promise.all(due.splice(0, AT_ONCE).map((contact) => save({ deviceId, tenantId }, contact, source)))
      }
    },

    /** Removes everybody a device knows: its login ended. */
    forget: async (deviceId: string): Promise<void> => {
      for (const key of [...written.keys()]) if (key.startsWith(`${deviceId}\n`)) written.delete(key)
      for (const prefix of [CONTACTS, LID_MAPPINGS]) {
        for (;;) {
          const { items } = await ctx.main.query<Key>({ pk: `D#${deviceId}`, prefix, limit: 200 })
          if (items.length === 0) break
          while (items.length > 0) {
            await Promise.all(items.splice(0, AT_ONCE * 2).map(({ pk, sk }) => ctx.main.remove({ pk, sk })))
          }
        }
      }
    },

    /** Forgets the name that the address book gave a person; one of whom nothing else is known is no contact any more. */
    removeName: async (deviceId: string, jid: string): Promise<void> => {
      const key = deviceContactKey(deviceId, jid)
      written.delete(`${deviceId}\n${jid}`)
      await ctx.main.update<DeviceContact>(key, {
        remove: ['fullName', 'firstName'],
        condition: { text: 'attribute_exists(#fullName)' },
        events: [raise(addressBookChanged, ctx.clock.nowMs(), { source: 'api' })],
      })
      const nothingElse = { text: 'attribute_not_exists(#pushName) AND attribute_not_exists(#businessName)' }
      await ctx.main.remove(key, nothingElse)
    },
  }
}

/** Contacts of the devices of a task. */
export type ContactStore = ReturnType<typeof makeContactStore>
