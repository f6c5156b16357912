import { preKeysLeft } from './accounts.ts'
import type { BusinessFacts } from './business-facts.ts'
import type { Device } from './companion.ts'
import { lidJid, pnJid } from './jid.ts'
import type { Phone } from './model.ts'

/** A linked companion as the control API shows it. */
export interface DeviceView {
  device: number
  jid: string
  lid: string
  platform: string
  connected: boolean
  /** Past the start of its session: live messages reach it at once. */
  ready: boolean
  available: boolean
  /** Stanzas it has not confirmed. */
  pending: number
  preKeys: number
  framesIn: number
  framesOut: number
  linkedAt: number
  lastSeen?: number
}

/** A phone as the control API shows it. */
export interface PhoneView {
  phone: string
  jid: string
  lid: string
  name: string
  online: boolean
  autoRead: boolean
  about: string
  contacts: { phone: string; name: string }[]
  blocked: string[]
  privacy: Record<string, string>
  /** Seconds after which messages of new chats disappear; 0 never. */
  disappearing: number
  pictureId?: string
  business?: BusinessFacts
  messages: number
  devices: DeviceView[]
}

function deviceView(phone: Phone, device: Device): DeviceView {
  return {
    device: device.id,
    jid: pnJid(phone.phone, device.id),
    lid: lidJid(phone.lid, device.id),
    platform: device.platform,
    connected: device.connection !== undefined,
    ready: device.connection?.ready === true,
    available: device.available,
    pending: device.pending.size,
    preKeys: preKeysLeft(device),
    framesIn: device.framesIn,
    framesOut: device.framesOut,
    linkedAt: device.linkedAt,
    lastSeen: device.lastSeen,
  }
}

/** The view of a phone. */
export function phoneView(phone: Phone): PhoneView {
  return {
    phone: phone.phone,
    jid: pnJid(phone.phone),
    lid: lidJid(phone.lid),
    name: phone.name,
    online: phone.online,
    autoRead: phone.autoRead,
    about: phone.about,
    contacts: [...phone.contacts.values()],
    blocked: [...phone.blocked],
    privacy: { ...phone.privacy },
    disappearing: phone.disappearing,
    pictureId: phone.pictureId,
    business: phone.business,
    messages: phone.messages.size,
    devices: [...phone.devices.values()].map((device) => deviceView(phone, device)),
  }
}
